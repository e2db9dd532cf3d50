"""Our log before foreign code: a foreign witness judges our requests, foreign verifiers read what we cosigned.

Needs the packages aics-witness 0.1.0, aics-tlog 0.2.1 and tlog-scales 0.0.3 (the first two with --ignore-requires-python
below Python 3.12).

Run: witness.py FOLDER ORIGIN LOG-KEY
  FOLDER/requests/N is the body of the N-th call of add-checkpoint; the answer goes to FOLDER/answers/N: the status in the
  first line, then the body. FOLDER/witness.vkey gets the key of the foreign witness.
Run: witness.py --proof FILE LEAF-HASH LOG-KEY WITNESS-KEY...
  Verifies a proof file: the signatures of the log and of all witnesses, and the path.
"""

import hashlib
import sys
from pathlib import Path


def witness(folder, origin, key):
    from aics_witness.config import LogConfig
    from aics_witness.service import Witness, WitnessError
    from aics_witness.store import WitnessStore
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    secret = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"foreign").digest())
    with WitnessStore(folder / "witness.db", create=True) as store:
        one = Witness("foreign.example/w1", secret, store, [LogConfig.from_strings(origin, [key])])
        (folder / "witness.vkey").write_text(one.vkey_text + "\n")
        (folder / "answers").mkdir()
        for path in sorted((folder / "requests").iterdir()):
            try:
                status, body = 200, one.add_checkpoint(path.read_bytes())
            except WitnessError as error:
                status, body = error.status, error.body
            (folder / "answers" / path.name).write_bytes(f"{status}\n".encode() + (body or b""))


def proof(text, leaf, keys):
    from tlog_scales.signing import Vkey
    from tlog_scales.tlog import Checkpoint, InclusionProof
    from tlog_scales.utils import b64dec

    head, note = text.split("\n\n", 1)
    first, index, *path = head.split("\n")
    if first != "c2sp.org/tlog-proof@v1":
        raise ValueError("not a proof")
    checkpoint = Checkpoint.from_text(note)
    for key in keys:
        checkpoint.verify(Vkey.from_string(key))
    hashes = [b64dec(line) for line in path]
    InclusionProof(int(index.removeprefix("index ")), checkpoint.size, hashes).check(
        bytes.fromhex(leaf), checkpoint.root_hash
    )
    print(f"verified: entry {index.removeprefix('index ')} of {checkpoint.size}, {len(keys)} keys")


if __name__ == "__main__":
    if sys.argv[1] == "--proof":
        try:
            proof(Path(sys.argv[2]).read_text(), sys.argv[3], sys.argv[4:])
        except Exception as error:
            print(f"refused: {type(error).__name__}: {error}")
            sys.exit(1)
    else:
        witness(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
