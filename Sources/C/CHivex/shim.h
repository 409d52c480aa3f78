#pragma once
#include <hivex.h>
