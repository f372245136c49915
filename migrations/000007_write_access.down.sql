DROP TABLE handled_updates;
DROP TABLE write_access_events;
