-- Two roles: one that migrates and owns every table, and one as which the site runs,
-- that reads and writes rows and can change no table. The image of PostgreSQL runs
-- this once, when the database is made; elsewhere it is
--
--	psql --set ON_ERROR_STOP=1 --dbname=site --file=deploy/roles.sql
--
-- as a superuser, with the two passwords in the files below.

\set owner_password `cat /run/secrets/database_owner_password`
\set app_password `cat /run/secrets/database_app_password`

CREATE ROLE site_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE site_app LOGIN PASSWORD :'app_password';

ALTER DATABASE :"DBNAME" OWNER TO site_owner;
REVOKE ALL ON DATABASE :"DBNAME" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"DBNAME" TO site_app;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO site_owner;
GRANT USAGE ON SCHEMA public TO site_app;

-- For every table that a migration will make, today's and later ones.
ALTER DEFAULT PRIVILEGES FOR ROLE site_owner IN SCHEMA public
	GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO site_app;
ALTER DEFAULT PRIVILEGES FOR ROLE site_owner IN SCHEMA public
	GRANT USAGE ON SEQUENCES TO site_app;

-- The queue rebuilds its indexes once a day. From version 17 on that can be granted;
-- before it, the site logs once a day that it could not, and nothing else happens.
SELECT current_setting('server_version_num')::int >= 170000 AS can_grant_maintain \gset
\if :can_grant_maintain
	ALTER DEFAULT PRIVILEGES FOR ROLE site_owner IN SCHEMA public GRANT MAINTAIN ON TABLES TO site_app;
\endif
