#pragma once
#include <sqlite3.h>
// sqlite3_db_config is variadic. A file from outside may not change itself by SQL, and its views and triggers call nothing.
static inline int lifeboat_sqlite_distrust(sqlite3 *database) {
    int result = sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0);
    return result ? result : sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)0);
}
