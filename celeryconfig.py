"""Celery's settings, for whoever sends jobs and whoever does them. Redis holds no truth: jobs live in the database."""

task_default_queue = "hub"
result_backend = None
task_ignore_result = True
task_serializer = "json"
accept_content = ["json"]

# A message is acknowledged after the work, and given back when a worker's child dies.
task_acks_late = True
task_reject_on_worker_lost = True
worker_prefetch_multiplier = 1

# Always shorter than the visibility timeout below, or a second copy starts while the first runs.
task_soft_time_limit = 45
task_time_limit = 60

# The relay hands a job over again; Celery's own retries would only hold it up.
task_publish_retry = False
broker_connection_retry_on_startup = True
broker_connection_max_retries = None
worker_cancel_long_running_tasks_on_connection_loss = False
worker_send_task_events = False
worker_hijack_root_logger = False

broker_transport_options = {
    "visibility_timeout": 120,
    "unacked_restore_interval": 1,
    "unacked_restore_throttle": 1,
    "global_keyprefix": "hub:",
    "socket_keepalive": True,
    "health_check_interval": 10,
    "socket_connect_timeout": 3,
    "socket_timeout": 5,
    "retry_on_timeout": True,
}
