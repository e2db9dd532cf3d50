CREATE TABLE alarm (
  authority_id TEXT NOT NULL, -- who is told
  side TEXT NOT NULL, -- asking or asked
  scope TEXT NOT NULL, -- whose budget: authority, officer or subject
  who TEXT NOT NULL, -- the authority, the officer's pseudonym, or a keyed hash of the subject
  purpose_id TEXT NOT NULL, -- for which purpose
  window_start INTEGER NOT NULL, -- microseconds since 1970
  raised_at INTEGER NOT NULL, -- microseconds since 1970
  queries INTEGER NOT NULL, -- queries so far
  subjects INTEGER NOT NULL, -- different subjects among them
  records INTEGER NOT NULL, -- records that matched
  PRIMARY KEY (authority_id, side, scope, who, purpose_id, window_start)
) STRICT, WITHOUT ROWID;

CREATE TABLE batch (
  authority_id TEXT NOT NULL, -- the owner of the register
  batch_id INTEGER NOT NULL, -- number of the load; 0 stands for records that came alone
  owner_id TEXT NOT NULL, -- owner of the register
  instrument_id TEXT NOT NULL, -- instrument of the register
  begun_at INTEGER NOT NULL, -- microseconds since 1970
  staged INTEGER NOT NULL, -- records loaded so far
  first_key INTEGER NOT NULL, -- no record of the load has a smaller number
  finished_at INTEGER, -- when it became visible; null while nobody may see it
  PRIMARY KEY (authority_id, batch_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE budget (
  authority_id TEXT NOT NULL, -- who counts
  side TEXT NOT NULL, -- asking or asked
  scope TEXT NOT NULL, -- whose asking is counted: authority, officer, or subject for what is asked of one subject
  who TEXT NOT NULL, -- the authority, the officer's pseudonym, or a keyed hash of the subject
  purpose_id TEXT NOT NULL, -- for which purpose
  window_start INTEGER NOT NULL, -- microseconds since 1970
  window_end INTEGER NOT NULL, -- when the row goes, microseconds since 1970
  queries INTEGER NOT NULL, -- queries
  subjects INTEGER NOT NULL, -- different subjects among them
  records INTEGER NOT NULL, -- records that matched
  PRIMARY KEY (authority_id, side, scope, who, purpose_id, window_start)
) STRICT, WITHOUT ROWID;

CREATE INDEX budget_by_end ON budget (authority_id, window_end);

CREATE TABLE budget_subject (
  authority_id TEXT NOT NULL, -- who counts
  side TEXT NOT NULL, -- asking or asked
  scope TEXT NOT NULL, -- authority or officer
  who TEXT NOT NULL, -- the authority or the officer's pseudonym
  purpose_id TEXT NOT NULL, -- for which purpose
  window_start INTEGER NOT NULL, -- microseconds since 1970
  subject BLOB NOT NULL, -- keyed hash of the subject and the window, 16 bytes
  PRIMARY KEY (authority_id, side, scope, who, purpose_id, window_start, subject)
) STRICT, WITHOUT ROWID;

CREATE TABLE copy_awaited (
  authority_id TEXT NOT NULL, -- who awaits it here
  owner_id TEXT NOT NULL, -- whose record it is
  instrument_id TEXT NOT NULL, -- under which instrument
  lookup BLOB NOT NULL, changed_at INTEGER NOT NULL DEFAULT 0, -- keyed hash of the owner's record id
  PRIMARY KEY (authority_id, owner_id, instrument_id, lookup)
) STRICT, WITHOUT ROWID;

CREATE TABLE copy_gone (
  authority_id TEXT NOT NULL, -- who holds no copy any more
  owner_id TEXT NOT NULL, -- whose record it was
  instrument_id TEXT NOT NULL, -- under which instrument
  lookup BLOB NOT NULL, -- keyed hash of the owner's record id
  as_of INTEGER NOT NULL, -- when the owner said so; a copy of a later moment is a new record
  forget_at INTEGER NOT NULL, -- by then the life of every copy that could still come is over
  PRIMARY KEY (authority_id, owner_id, instrument_id, lookup)
) STRICT, WITHOUT ROWID;

CREATE TABLE erasure_waiting (
  authority_id TEXT NOT NULL, -- empty: one journal serves all authorities
  number INTEGER NOT NULL, -- place in the journal, from 1
  slots BLOB NOT NULL, -- slots of the keys destroyed in one commit, 8 bytes each
  PRIMARY KEY (authority_id, number)
) STRICT;

CREATE TABLE inbox (
  authority_id TEXT NOT NULL, -- the authority addressed
  envelope_id BLOB NOT NULL, -- id of the envelope, 16 bytes
  from_node TEXT NOT NULL, -- who sent it
  taken_at INTEGER NOT NULL, -- microseconds since 1970
  head BLOB NOT NULL, -- header and signatures as they came
  answer_head BLOB, -- header and signatures of the answer
  key_slot INTEGER NOT NULL, -- slot of the key of bodies
  bodies BLOB NOT NULL, instrument_id TEXT NOT NULL DEFAULT '', expires_at INTEGER NOT NULL DEFAULT 0, -- sealed: salt and body of the envelope and of its answer
  PRIMARY KEY (authority_id, envelope_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX inbox_by_end ON inbox (authority_id, instrument_id, expires_at);

CREATE TABLE inventory_part (
  authority_id TEXT NOT NULL, -- who holds copies
  owner_id TEXT NOT NULL, -- whose register it is
  instrument_id TEXT NOT NULL, -- under which instrument
  as_of INTEGER NOT NULL, -- moment of the inventory, microseconds since 1970
  whole BLOB NOT NULL, -- digest of the whole: which parts belong together
  number INTEGER NOT NULL, -- number of the part, from 1
  digest BLOB NOT NULL, -- digest of the part
  listed BLOB NOT NULL, -- of each record the keyed hash of its id (32 bytes) and when it last changed (8 bytes)
  PRIMARY KEY (authority_id, owner_id, instrument_id, as_of, whole, number)
) STRICT;

CREATE TABLE key_slot_free (
  authority_id TEXT NOT NULL, -- whose payload it was
  slot INTEGER NOT NULL, -- number of the slot
  PRIMARY KEY (authority_id, slot)
) STRICT, WITHOUT ROWID;

CREATE TABLE key_slot_next (
  authority_id TEXT NOT NULL, -- empty: one key file serves all authorities
  next_slot INTEGER NOT NULL, -- the first slot never used
  PRIMARY KEY (authority_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE log_behind (
  authority_id TEXT NOT NULL, -- whose log
  origin TEXT NOT NULL, -- name of the log
  size INTEGER NOT NULL, -- entries under that head
  note TEXT NOT NULL, -- the signed head itself
  PRIMARY KEY (authority_id, origin)
) STRICT, WITHOUT ROWID;

CREATE TABLE log_entry (
  authority_id TEXT NOT NULL, -- whose log
  entry_id BLOB NOT NULL, -- id of the entry, 16 bytes
  log_index INTEGER NOT NULL, -- order of commit; an index of the log as soon as the size of the log is larger
  query_id BLOB, -- the query it belongs to, 16 bytes
  instrument_id TEXT NOT NULL, -- the instrument it was made under
  granted INTEGER NOT NULL, -- 1 when it records a grant, 0 when it records a refusal
  leaf_hash BLOB NOT NULL, -- SHA-256 of 0x00 and the bytes of the entry (RFC 6962, section 2.1)
  entry_digest BLOB NOT NULL, -- SHA-256 of the bytes of the entry
  PRIMARY KEY (authority_id, entry_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX log_entry_by_query ON log_entry (authority_id, query_id, instrument_id, log_index)
  WHERE query_id IS NOT NULL AND granted = 1;

CREATE TABLE log_state (
  authority_id TEXT NOT NULL, -- whose log it is
  origin TEXT NOT NULL, -- name of the log in its checkpoints
  epoch INTEGER NOT NULL, -- goes up each time a sequencer takes the log over; an older one can no longer move it
  size INTEGER NOT NULL, -- entries that have an index
  frontier BLOB NOT NULL, -- hashes of the complete subtrees of these entries, as audit_log writes them
  published INTEGER NOT NULL, -- entries under the last checkpoint on disk
  published_root BLOB NOT NULL, -- root of the tree of that checkpoint, 32 bytes; empty while there is none
  PRIMARY KEY (authority_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE log_waiting (
  authority_id TEXT NOT NULL, -- whose log
  first_index INTEGER NOT NULL, -- index of the first entry of this row
  entries INTEGER NOT NULL, -- how many entries the row holds
  bodies BLOB NOT NULL, -- the entries end to end, each after its length in two bytes (tlog-tiles, entry bundle)
  leaf_hashes BLOB NOT NULL, -- 32 bytes per entry
  PRIMARY KEY (authority_id, first_index)
) STRICT;

CREATE TABLE log_year (
  authority_id TEXT NOT NULL, -- whose log
  begins_at INTEGER NOT NULL, -- how many entries the logs before it have together; 0 for the first log
  origin TEXT NOT NULL, -- name of the log in its checkpoints
  ended_size INTEGER, -- entries it ended with; none while it is open
  PRIMARY KEY (authority_id, begins_at)
) STRICT, WITHOUT ROWID;

CREATE TABLE match_decision (
  authority_id TEXT NOT NULL, -- the authority of the officer who decided
  query_id BLOB NOT NULL, -- the query
  owner_id TEXT NOT NULL, -- owner of the register
  instrument_id TEXT NOT NULL, -- instrument of the register
  reference TEXT NOT NULL, -- the number under which the owner finds the record again
  decision_entry BLOB NOT NULL, -- the log entry of the decision, 16 bytes; a later decision stands beside an earlier one
  verdict TEXT NOT NULL, -- confirmed or rejected
  decided_at INTEGER NOT NULL, -- microseconds since 1970
  key_slot INTEGER NOT NULL, -- slot of the key of officer
  officer BLOB NOT NULL, -- sealed: who decided
  PRIMARY KEY (authority_id, query_id, owner_id, instrument_id, reference, decision_entry)
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
  authority_id TEXT NOT NULL, -- the sending authority
  envelope_id BLOB NOT NULL, -- id of the envelope, 16 bytes
  to_node TEXT NOT NULL, -- where it goes
  put_at INTEGER NOT NULL, -- microseconds since 1970
  expires_at INTEGER NOT NULL, -- when it is no longer worth sending
  next_try INTEGER NOT NULL, -- not to be tried before
  tries INTEGER NOT NULL, -- how often it was tried
  note TEXT, -- what went wrong last
  head BLOB NOT NULL, -- header and signatures as they are sent
  key_slot INTEGER NOT NULL, -- slot of the key of body
  body BLOB NOT NULL, -- sealed: salt and body
  PRIMARY KEY (authority_id, envelope_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX outbox_by_time ON outbox (next_try, to_node, authority_id, expires_at);

CREATE TABLE record (
  authority_id TEXT NOT NULL, -- who holds it here
  record_key INTEGER NOT NULL, -- the number by which indexes know it
  owner_id TEXT NOT NULL, -- whose record it is; somebody else's is a copy
  instrument_id TEXT NOT NULL, -- under which instrument
  lookup BLOB NOT NULL, -- keyed hash of the owner's record id; of a tombstone, the record key
  state INTEGER NOT NULL, -- 1 live, 2 ended, 3 erased
  batch_id INTEGER NOT NULL, -- the load it came with, 0 when it came alone
  changed_at INTEGER NOT NULL, -- microseconds since 1970
  as_of INTEGER, -- of a copy: when its owner last vouched for it
  valid_until INTEGER, -- of a copy: when it must be erased unless its owner vouches for it again
  commitment BLOB NOT NULL, -- salted digest of the content; the salt is in the content
  key_slot INTEGER, -- slot of the key of content
  content BLOB, kept_from INTEGER NOT NULL DEFAULT 0, -- sealed: salt and record
  PRIMARY KEY (authority_id, record_key)
) STRICT, WITHOUT ROWID;

CREATE INDEX record_by_end ON record (authority_id, valid_until) WHERE valid_until IS NOT NULL;

CREATE UNIQUE INDEX record_by_lookup ON record (authority_id, owner_id, instrument_id, lookup);

CREATE TABLE record_review (
  authority_id TEXT NOT NULL, -- the owner
  record_key INTEGER NOT NULL, -- number of the record
  reviewed_at INTEGER NOT NULL, -- microseconds since 1970
  entry_id BLOB NOT NULL, -- the log entry of the review, 16 bytes
  key_slot INTEGER NOT NULL, -- slot of the key of reason
  reason BLOB NOT NULL, -- sealed: why the record is still needed, and who found so
  PRIMARY KEY (authority_id, record_key, reviewed_at)
) STRICT, WITHOUT ROWID;

CREATE TABLE register_count (
  authority_id TEXT NOT NULL, -- who holds them here
  owner_id TEXT NOT NULL, -- owner of the register
  instrument_id TEXT NOT NULL, -- instrument of the register
  live INTEGER NOT NULL, -- visible records
  ended INTEGER NOT NULL, -- ended records
  valid_until INTEGER, -- of somebody else's register: until when its owner vouched for the copies
  listed_as_of INTEGER, -- of somebody else's register: the moment of his last inventory
  PRIMARY KEY (authority_id, owner_id, instrument_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE search (
  authority_id TEXT NOT NULL, -- the asking authority
  query_id BLOB NOT NULL, -- the query, 16 bytes
  officer_lookup BLOB NOT NULL, -- keyed hash of the officer, to list his searches
  role TEXT NOT NULL, -- in which function he asked
  purpose_id TEXT NOT NULL, -- for which purpose
  asked_at INTEGER NOT NULL, -- microseconds since 1970
  key_slot INTEGER NOT NULL, -- slot of the key of content
  content BLOB NOT NULL, justified_until INTEGER, -- sealed: the officer, the subject and the justification
  PRIMARY KEY (authority_id, query_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX search_by_justification ON search (authority_id, justified_until)
  WHERE justified_until IS NOT NULL;

CREATE INDEX search_by_officer ON search (authority_id, officer_lookup, asked_at);

CREATE TABLE search_part (
  authority_id TEXT NOT NULL, -- the asking authority
  query_id BLOB NOT NULL, -- the query
  owner_id TEXT NOT NULL, -- owner of the register
  instrument_id TEXT NOT NULL, -- instrument of the register
  outcome TEXT, -- one of the five words; null while the answer is awaited
  asked_at INTEGER NOT NULL, -- microseconds since 1970
  answered_at INTEGER, -- microseconds since 1970
  expires_at INTEGER NOT NULL, -- when the answer is no longer awaited
  envelope_id BLOB, -- the envelope that carries the question, 16 bytes
  reply_head BLOB, -- header and signatures of the reply as they came
  key_slot INTEGER, -- slot of the key of answer
  answer BLOB, -- sealed: what the register answered, salt and body of its reply
  PRIMARY KEY (authority_id, query_id, owner_id, instrument_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE witness_head (
  authority_id TEXT NOT NULL, -- whose log
  origin TEXT NOT NULL, -- name of the log
  size INTEGER NOT NULL, -- entries under the head
  root BLOB NOT NULL, -- root of the tree of that size, 32 bytes
  note TEXT NOT NULL, -- the head as the log signed it
  cosigned_at INTEGER NOT NULL, -- seconds since 1970-01-01T00:00:00Z that the cosignature states
  PRIMARY KEY (authority_id, origin)
) STRICT, WITHOUT ROWID;
