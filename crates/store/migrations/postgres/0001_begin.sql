-- The version of the schema: the number of the last migration that ran.
CREATE TABLE schema_version (
  version BIGINT NOT NULL, -- number of a migration that ran
  PRIMARY KEY (version)
);

-- Numbers of the processes that open the database.
CREATE SEQUENCE process_number AS INTEGER;

-- The mark of the last group of commits that each process made durable: who loses the connection while it commits asks
-- here what became of it, of whichever machine is the primary then.
CREATE TABLE commit_mark (
  authority_id TEXT COLLATE "C" NOT NULL, -- empty: a group is of all authorities
  process BIGINT NOT NULL, -- number of the process
  mark BYTEA NOT NULL, -- 16 bytes, fresh for each group
  PRIMARY KEY (authority_id, process)
);

-- One log per authority. One row each; moved by compare-and-set of size and epoch.
CREATE TABLE log_state (
  authority_id TEXT COLLATE "C" NOT NULL, -- whose log it is
  origin TEXT COLLATE "C" NOT NULL, -- name of the log in its checkpoints
  epoch BIGINT NOT NULL, -- goes up each time a sequencer takes the log over; an older one can no longer move it
  size BIGINT NOT NULL, -- entries that have an index
  frontier BYTEA NOT NULL, -- hashes of the complete subtrees of these entries, as audit_log writes them
  published BIGINT NOT NULL, -- entries under the last checkpoint on disk
  published_root BYTEA NOT NULL, -- root of the tree of that checkpoint, 32 bytes; empty while there is none
  seen_at BIGINT NOT NULL, -- when the sequencer was last seen, by the clock of the database, microseconds since 1970
  PRIMARY KEY (authority_id)
);

-- The order of arrival: one number per commit that appends entries. Numbers may be missing.
CREATE SEQUENCE log_arrival;

-- Commits that appended entries: they arrive without an index, and the sequencer gives the first one here. Position of
-- the change stream: what a commit touched stands in record_change.
CREATE TABLE log_commit (
  authority_id TEXT COLLATE "C" NOT NULL, -- whose log
  arrival BIGINT NOT NULL, -- number of the commit in the order of arrival
  entries BIGINT NOT NULL, -- how many entries it appended; 0 when it touched something under an earlier entry
  first_index BIGINT, -- index of the first of them; null until the sequencer gave it
  PRIMARY KEY (authority_id, arrival)
);

CREATE INDEX log_commit_without_index ON log_commit (authority_id, arrival) WHERE first_index IS NULL;
CREATE INDEX log_commit_by_index ON log_commit (authority_id, first_index);

-- Entries whose tiles are not yet complete on disk: one row per commit and authority.
CREATE TABLE log_waiting (
  authority_id TEXT COLLATE "C" NOT NULL, -- whose log
  arrival BIGINT NOT NULL, -- the commit
  bodies BYTEA NOT NULL, -- the entries end to end, each after its length in two bytes (tlog-tiles, entry bundle)
  leaf_hashes BYTEA NOT NULL, -- 32 bytes per entry
  PRIMARY KEY (authority_id, arrival)
);

ALTER TABLE log_waiting ALTER bodies SET STORAGE EXTERNAL, ALTER leaf_hashes SET STORAGE EXTERNAL;

-- What is known of each entry for ever: enough to make its receipt again.
CREATE TABLE log_entry (
  authority_id TEXT COLLATE "C" NOT NULL, -- whose log
  entry_id BYTEA NOT NULL, -- id of the entry, 16 bytes
  arrival BIGINT NOT NULL, -- the commit that appended it
  place BIGINT NOT NULL, -- its place among the entries of that commit, from 0
  query_id BYTEA, -- the query it belongs to, 16 bytes
  instrument_id TEXT COLLATE "C" NOT NULL, -- the instrument it was made under
  granted SMALLINT NOT NULL, -- 1 when it records a grant, 0 when it records a refusal
  leaf_hash BYTEA NOT NULL, -- SHA-256 of 0x00 and the bytes of the entry (RFC 6962, section 2.1)
  entry_digest BYTEA NOT NULL, -- SHA-256 of the bytes of the entry
  PRIMARY KEY (authority_id, entry_id)
);

CREATE INDEX log_entry_by_query ON log_entry (authority_id, query_id, instrument_id, arrival, place)
  WHERE query_id IS NOT NULL AND granted = 1;

-- What the entries of a commit touched: a record that came, changed or went, or a load that became visible.
CREATE TABLE record_change (
  authority_id TEXT COLLATE "C" NOT NULL, -- whose log
  arrival BIGINT NOT NULL, -- the commit
  instrument_id TEXT COLLATE "C" NOT NULL, -- the instrument of the record or load
  record_key BIGINT NOT NULL, -- number of the record; 0 when it is a load
  batch_id BIGINT NOT NULL, -- number of the load; 0 when it is a record
  PRIMARY KEY (authority_id, arrival, record_key, batch_id)
);

-- Slots of the key file whose key is destroyed. Whoever overwrites one holds the lock of its row.
CREATE TABLE key_slot_free (
  authority_id TEXT COLLATE "C" NOT NULL, -- whose payload it was
  slot BIGINT NOT NULL, -- number of the slot
  zeroed SMALLINT NOT NULL, -- 1 when the zeros are durable: only then may somebody take the slot
  PRIMARY KEY (authority_id, slot)
);

-- The end of the key file: each process takes a stretch of slots there before it writes into them.
CREATE TABLE key_slot_next (
  authority_id TEXT COLLATE "C" NOT NULL, -- empty: one key file serves all authorities
  next_slot BIGINT NOT NULL, -- the first slot that no process was given
  PRIMARY KEY (authority_id)
);

-- Searches asked here.
CREATE TABLE search (
  authority_id TEXT COLLATE "C" NOT NULL, -- the asking authority
  query_id BYTEA NOT NULL, -- the query, 16 bytes
  officer_lookup BYTEA NOT NULL, -- keyed hash of the officer, to list his searches
  role TEXT COLLATE "C" NOT NULL, -- in which function he asked
  purpose_id TEXT COLLATE "C" NOT NULL, -- for which purpose
  asked_at BIGINT NOT NULL, -- microseconds since 1970
  key_slot BIGINT NOT NULL, -- slot of the key of content
  content BYTEA NOT NULL, -- sealed: the officer, the subject and the justification
  PRIMARY KEY (authority_id, query_id)
);

CREATE INDEX search_by_officer ON search (authority_id, officer_lookup, asked_at);

-- One row per register asked in a search.
CREATE TABLE search_part (
  authority_id TEXT COLLATE "C" NOT NULL, -- the asking authority
  query_id BYTEA NOT NULL, -- the query
  owner_id TEXT COLLATE "C" NOT NULL, -- owner of the register
  instrument_id TEXT COLLATE "C" NOT NULL, -- instrument of the register
  outcome TEXT COLLATE "C", -- one of the five words; null while the answer is awaited
  asked_at BIGINT NOT NULL, -- microseconds since 1970
  answered_at BIGINT, -- microseconds since 1970
  expires_at BIGINT NOT NULL, -- when the answer is no longer awaited
  envelope_id BYTEA, -- the envelope that carries the question, 16 bytes
  reply_head BYTEA, -- header and signatures of the reply as they came
  key_slot BIGINT, -- slot of the key of answer
  answer BYTEA, -- sealed: what the register answered, salt and body of its reply
  PRIMARY KEY (authority_id, query_id, owner_id, instrument_id)
);

-- What a person decided on a match.
CREATE TABLE match_decision (
  authority_id TEXT COLLATE "C" NOT NULL, -- the authority of the officer who decided
  query_id BYTEA NOT NULL, -- the query
  owner_id TEXT COLLATE "C" NOT NULL, -- owner of the register
  instrument_id TEXT COLLATE "C" NOT NULL, -- instrument of the register
  reference TEXT COLLATE "C" NOT NULL, -- the number under which the owner finds the record again
  decision_entry BYTEA NOT NULL, -- the log entry of the decision, 16 bytes; a later decision stands beside an earlier one
  verdict TEXT COLLATE "C" NOT NULL, -- confirmed or rejected
  decided_at BIGINT NOT NULL, -- microseconds since 1970
  key_slot BIGINT NOT NULL, -- slot of the key of officer
  officer BYTEA NOT NULL, -- sealed: who decided
  PRIMARY KEY (authority_id, query_id, owner_id, instrument_id, reference, decision_entry)
);

-- Envelopes on their way.
CREATE TABLE outbox (
  authority_id TEXT COLLATE "C" NOT NULL, -- the sending authority
  envelope_id BYTEA NOT NULL, -- id of the envelope, 16 bytes
  to_node TEXT COLLATE "C" NOT NULL, -- where it goes
  put_at BIGINT NOT NULL, -- microseconds since 1970
  expires_at BIGINT NOT NULL, -- when it is no longer worth sending
  next_try BIGINT NOT NULL, -- not to be tried before
  claimed_until BIGINT NOT NULL, -- until then it is left to the process that has it in hand
  tries BIGINT NOT NULL, -- how often it was tried
  note TEXT COLLATE "C", -- what went wrong last
  head BYTEA NOT NULL, -- header and signatures as they are sent
  key_slot BIGINT NOT NULL, -- slot of the key of body
  body BYTEA NOT NULL, -- sealed: salt and body
  PRIMARY KEY (authority_id, envelope_id)
);

CREATE INDEX outbox_by_time ON outbox (next_try, to_node, authority_id, expires_at);

-- Envelopes that came in, each taken once, with the answer given.
CREATE TABLE inbox (
  authority_id TEXT COLLATE "C" NOT NULL, -- the authority addressed
  envelope_id BYTEA NOT NULL, -- id of the envelope, 16 bytes
  from_node TEXT COLLATE "C" NOT NULL, -- who sent it
  taken_at BIGINT NOT NULL, -- microseconds since 1970
  head BYTEA NOT NULL, -- header and signatures as they came
  answer_head BYTEA, -- header and signatures of the answer
  key_slot BIGINT NOT NULL, -- slot of the key of bodies
  bodies BYTEA NOT NULL, -- sealed: salt and body of the envelope and of its answer
  PRIMARY KEY (authority_id, envelope_id)
);

-- Loads of records that become visible together.
CREATE TABLE batch (
  authority_id TEXT COLLATE "C" NOT NULL, -- the owner of the register
  batch_id BIGINT NOT NULL, -- number of the load; 0 stands for records that came alone
  owner_id TEXT COLLATE "C" NOT NULL, -- owner of the register
  instrument_id TEXT COLLATE "C" NOT NULL, -- instrument of the register
  begun_at BIGINT NOT NULL, -- microseconds since 1970
  staged BIGINT NOT NULL, -- records loaded so far
  first_key BIGINT NOT NULL, -- no record of the load has a smaller number
  process BIGINT NOT NULL, -- number of the process that began it; when that lives no more, an unfinished load is given up
  finished_at BIGINT, -- when it became visible; null while nobody may see it
  PRIMARY KEY (authority_id, batch_id)
);

-- Numbers of records, for all processes and authorities. Numbers may be missing.
CREATE SEQUENCE record_number;

-- Records and copies of records.
CREATE TABLE record (
  authority_id TEXT COLLATE "C" NOT NULL, -- who holds it here
  record_key BIGINT NOT NULL, -- the number by which indexes know it
  owner_id TEXT COLLATE "C" NOT NULL, -- whose record it is; somebody else's is a copy
  instrument_id TEXT COLLATE "C" NOT NULL, -- under which instrument
  lookup BYTEA NOT NULL, -- keyed hash of the owner's record id; of a tombstone, the record key
  state BIGINT NOT NULL, -- 1 live, 2 ended, 3 erased
  batch_id BIGINT NOT NULL, -- the load it came with, 0 when it came alone
  changed_at BIGINT NOT NULL, -- microseconds since 1970
  as_of BIGINT, -- of a copy: when its owner last vouched for it
  valid_until BIGINT, -- of a copy: when it must be erased unless its owner vouches for it again
  commitment BYTEA NOT NULL, -- salted digest of the content; the salt is in the content
  key_slot BIGINT, -- slot of the key of content
  content BYTEA, -- sealed: salt and record
  PRIMARY KEY (authority_id, record_key)
);

CREATE UNIQUE INDEX record_by_lookup ON record (authority_id, owner_id, instrument_id, lookup);
ALTER TABLE record ALTER content SET STORAGE EXTERNAL;
CREATE INDEX record_by_end ON record (authority_id, valid_until) WHERE valid_until IS NOT NULL;

-- How many records a register holds here, kept with every change.
CREATE TABLE register_count (
  authority_id TEXT COLLATE "C" NOT NULL, -- who holds them here
  owner_id TEXT COLLATE "C" NOT NULL, -- owner of the register
  instrument_id TEXT COLLATE "C" NOT NULL, -- instrument of the register
  live BIGINT NOT NULL, -- visible records
  ended BIGINT NOT NULL, -- ended records
  valid_until BIGINT, -- of somebody else's register: until when its owner vouched for the copies
  listed_as_of BIGINT, -- of somebody else's register: the moment of his last inventory
  PRIMARY KEY (authority_id, owner_id, instrument_id)
);

-- Records on the last inventory of somebody else's register of which no copy has come yet.
CREATE TABLE copy_awaited (
  authority_id TEXT COLLATE "C" NOT NULL, -- who awaits it here
  owner_id TEXT COLLATE "C" NOT NULL, -- whose record it is
  instrument_id TEXT COLLATE "C" NOT NULL, -- under which instrument
  lookup BYTEA NOT NULL, -- keyed hash of the owner's record id
  PRIMARY KEY (authority_id, owner_id, instrument_id, lookup)
);
