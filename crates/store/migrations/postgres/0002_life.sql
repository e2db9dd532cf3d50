-- From when the retention of a record is counted: it was entered then, or last retained after a review. Microseconds
-- since 1970. Of records of the first version the beginning of their load, or their last change, is the best known.
ALTER TABLE record ADD COLUMN kept_from BIGINT NOT NULL DEFAULT 0;
UPDATE record SET kept_from = least(changed_at, coalesce((SELECT b.begun_at FROM batch AS b
  WHERE b.authority_id = record.authority_id AND b.batch_id = record.batch_id), changed_at));

-- When its owner last changed the record that is awaited: an earlier copy does not satisfy.
ALTER TABLE copy_awaited ADD COLUMN changed_at BIGINT NOT NULL DEFAULT 0;

-- Under which instrument an envelope came; empty for those of the first version.
ALTER TABLE inbox ADD COLUMN instrument_id TEXT COLLATE "C" NOT NULL DEFAULT '';
-- Until when it may come again and get the same answer. Microseconds since 1970; of those of the first version, the
-- longest that any envelope lives.
ALTER TABLE inbox ADD COLUMN expires_at BIGINT NOT NULL DEFAULT 0;
UPDATE inbox SET expires_at = taken_at + 604800000000;
CREATE INDEX inbox_by_end ON inbox (authority_id, instrument_id, expires_at);

-- Until when only the justification of a search is left; null while the search is there. Microseconds since 1970.
ALTER TABLE search ADD COLUMN justified_until BIGINT;

-- Records that their owner said are no more: a late copy of them must not come back.
CREATE TABLE copy_gone (
  authority_id TEXT COLLATE "C" NOT NULL, -- who holds no copy any more
  owner_id TEXT COLLATE "C" NOT NULL, -- whose record it was
  instrument_id TEXT COLLATE "C" NOT NULL, -- under which instrument
  lookup BYTEA NOT NULL, -- keyed hash of the owner's record id
  as_of BIGINT NOT NULL, -- when the owner said so; a copy of a later moment is a new record
  forget_at BIGINT NOT NULL, -- by then the life of every copy that could still come is over
  PRIMARY KEY (authority_id, owner_id, instrument_id, lookup)
);

-- Parts of an inventory of somebody else's register, until all are there.
CREATE TABLE inventory_part (
  authority_id TEXT COLLATE "C" NOT NULL, -- who holds copies
  owner_id TEXT COLLATE "C" NOT NULL, -- whose register it is
  instrument_id TEXT COLLATE "C" NOT NULL, -- under which instrument
  as_of BIGINT NOT NULL, -- moment of the inventory, microseconds since 1970
  whole BYTEA NOT NULL, -- digest of the whole: which parts belong together
  number BIGINT NOT NULL, -- number of the part, from 1
  digest BYTEA NOT NULL, -- digest of the part
  listed BYTEA NOT NULL, -- of each record the keyed hash of its id (32 bytes) and when it last changed (8 bytes)
  PRIMARY KEY (authority_id, owner_id, instrument_id, as_of, whole, number)
);

-- Reviews after which a record was retained.
CREATE TABLE record_review (
  authority_id TEXT COLLATE "C" NOT NULL, -- the owner
  record_key BIGINT NOT NULL, -- number of the record
  reviewed_at BIGINT NOT NULL, -- microseconds since 1970
  entry_id BYTEA NOT NULL, -- the log entry of the review, 16 bytes
  key_slot BIGINT NOT NULL, -- slot of the key of reason
  reason BYTEA NOT NULL, -- sealed: why the record is still needed, and who found so
  PRIMARY KEY (authority_id, record_key, reviewed_at)
);

-- Erasures that the journal of erasures may not hold yet: written with the erasure, taken away when the journal is durable.
CREATE TABLE erasure_waiting (
  authority_id TEXT COLLATE "C" NOT NULL, -- empty: one journal serves all authorities
  number BIGINT NOT NULL, -- place in the journal, from 1
  slots BYTEA NOT NULL, -- slots of the keys destroyed in one commit, 8 bytes each
  PRIMARY KEY (authority_id, number)
);
