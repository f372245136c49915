import pg from "pg";

// Sixteen connections when there are two processes.
export const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 8 });
