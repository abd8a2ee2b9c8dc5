"""The servers: one ASGI parent over pages and data interface."""
