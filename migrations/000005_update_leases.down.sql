DROP TABLE update_leases;
