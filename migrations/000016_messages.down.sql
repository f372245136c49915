DROP TABLE send_slots;
DROP TABLE messages;

DROP INDEX activity_fresh_idx;
ALTER TABLE activity
  DROP COLUMN fresh;
