"""The processes on one machine: where things lie, the embedded database, and the supervisor behind `up`."""
