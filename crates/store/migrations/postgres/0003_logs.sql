-- The logs of each authority in their order, one a year; the last one is open. Entries are counted through all of them.
CREATE TABLE log_year (
  authority_id TEXT COLLATE "C" NOT NULL, -- whose log
  begins_at BIGINT NOT NULL, -- how many entries the logs before it have together; 0 for the first log
  origin TEXT COLLATE "C" NOT NULL, -- name of the log in its checkpoints
  ended_size BIGINT, -- entries it ended with; none while it is open
  PRIMARY KEY (authority_id, begins_at)
);

INSERT INTO log_year (authority_id, begins_at, origin) SELECT authority_id, 0, origin FROM log_state;

-- Logs that this node may not go on with: somebody holds a larger head of them that this node has signed.
CREATE TABLE log_behind (
  authority_id TEXT COLLATE "C" NOT NULL, -- whose log
  origin TEXT COLLATE "C" NOT NULL, -- name of the log
  size BIGINT NOT NULL, -- entries under that head
  note TEXT COLLATE "C" NOT NULL, -- the signed head itself
  PRIMARY KEY (authority_id, origin)
);

-- The largest head of each log of others that this node has cosigned (C2SP tlog-witness).
CREATE TABLE witness_head (
  authority_id TEXT COLLATE "C" NOT NULL, -- whose log
  origin TEXT COLLATE "C" NOT NULL, -- name of the log
  size BIGINT NOT NULL, -- entries under the head
  root BYTEA NOT NULL, -- root of the tree of that size, 32 bytes
  note TEXT COLLATE "C" NOT NULL, -- the head as the log signed it
  cosigned_at BIGINT NOT NULL, -- seconds since 1970-01-01T00:00:00Z that the cosignature states
  PRIMARY KEY (authority_id, origin)
);
