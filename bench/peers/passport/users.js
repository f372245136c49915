import { pool } from "./database.js";

// The statements have names, so that each connection prepares them once.

export async function saveUser(profile) {
  const { rows } = await pool.query({
    name: "save-user",
    text: `
      INSERT INTO users (telegram_id, first_name, last_name, username, photo_url)
      VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT (telegram_id) DO UPDATE
      SET first_name = excluded.first_name, last_name = excluded.last_name, username = excluded.username,
          photo_url = excluded.photo_url, updated_at = now()
      RETURNING id, first_name, last_name, username`,
    values: [profile.id, profile.first_name, profile.last_name, profile.username, profile.photo_url],
  });
  return rows[0];
}

export async function findUser(id) {
  const { rows } = await pool.query({
    name: "find-user",
    text: "SELECT id, first_name, last_name, username FROM users WHERE id = $1",
    values: [id],
  });
  return rows[0] ?? false;
}
