// One process for each core, as a Node.js site in production has it. The first one
// makes the tables and serves nothing.
import cluster from "node:cluster";
import { availableParallelism } from "node:os";

import { app } from "./app.js";
import { pool } from "./database.js";
import { makeTables } from "./tables.js";

if (cluster.isPrimary) {
  await makeTables();
  await pool.end();
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  process.on("SIGTERM", () => {
    for (const worker of Object.values(cluster.workers)) worker.process.kill("SIGTERM");
  });
  cluster.on("exit", (worker, code) => process.exit(code ?? 1)); // One that is missing would falsify a figure.
} else {
  process.on("SIGTERM", () => process.exit(0));
  app().listen(Number(process.env.PORT), "127.0.0.1");
}
