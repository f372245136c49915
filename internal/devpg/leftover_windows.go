package devpg

// servesFolder cannot tell here. PostgreSQL itself then refuses a folder that is
// in use, because its files are open.
func servesFolder(int, string) bool { return false }
