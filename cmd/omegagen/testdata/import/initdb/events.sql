CREATE EXTENSION IF NOT EXISTS timescaledb;
CREATE TABLE events (at timestamptz NOT NULL, what text);
SELECT create_hypertable('events', 'at');
