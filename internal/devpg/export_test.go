package devpg

// FindBinaries lets a test replace the usual folders, which may hold a PostgreSQL.
var FindBinaries = findBinaries
