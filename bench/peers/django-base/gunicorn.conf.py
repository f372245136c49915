"""Gunicorn as its documentation recommends: 2 workers for each core, and one more."""

import multiprocessing
import os

bind = "127.0.0.1:" + os.environ["PORT"]
workers = 2 * multiprocessing.cpu_count() + 1
# Threads keep connections of browsers open, which "sync" workers close after each
# answer, and work on while another waits for the database. 20 on two cores.
worker_class = "gthread"
threads = 4
keepalive = 60
preload_app = True
graceful_timeout = 5
