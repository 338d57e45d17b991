"""The workers: Celery's part of the hub. They do jobs and run sweeps; the thinking is in `hub/domain`."""
