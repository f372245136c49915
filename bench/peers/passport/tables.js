import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { pool } from "./database.js";

// makeTables makes what is missing. The sessions' table is the one that
// connect-pg-simple brings.
export async function makeTables() {
  await pool.query(`
    CREATE TABLE IF NOT EXISTS users (
      id          bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
      telegram_id bigint NOT NULL UNIQUE,
      first_name  text NOT NULL,
      last_name   text,
      username    text,
      photo_url   text,
      created_at  timestamptz NOT NULL DEFAULT now(),
      updated_at  timestamptz NOT NULL DEFAULT now()
    )`);
  const { rows } = await pool.query("SELECT to_regclass('session') IS NOT NULL AS made");
  if (rows[0].made) return;
  const file = createRequire(import.meta.url).resolve("connect-pg-simple/table.sql");
  await pool.query(await readFile(file, "utf8"));
}
