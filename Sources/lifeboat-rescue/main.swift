print("lifeboat-rescue")
