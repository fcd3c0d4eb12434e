-- The first schema of the journal, as it went out. A newer program must take such a file up; never change this one.
CREATE TABLE schema_version (version BIGINT NOT NULL PRIMARY KEY, at BIGINT NOT NULL);
INSERT INTO schema_version (version, at) VALUES (1, 1795384800000);
CREATE TABLE run (
    id TEXT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    hotel TEXT NOT NULL,
    action TEXT NOT NULL,
    stay TEXT NOT NULL,
    guest TEXT NOT NULL,
    room TEXT NOT NULL,
    plan TEXT NOT NULL,
    who TEXT NOT NULL
);
CREATE INDEX run_at ON run (at);
CREATE TABLE fact (
    run TEXT NOT NULL REFERENCES run (id),
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    step BIGINT,
    state TEXT NOT NULL,
    words TEXT NOT NULL,
    request_id TEXT,
    ids TEXT NOT NULL,
    PRIMARY KEY (run, seq)
);
CREATE UNIQUE INDEX fact_ended ON fact (run) WHERE kind = 'ended';
CREATE TABLE lease (
    name TEXT NOT NULL PRIMARY KEY,
    token BIGINT NOT NULL,
    run TEXT NOT NULL,
    whom TEXT NOT NULL,
    until BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX lease_run ON lease (run);
