// Verifies a copied log with the code of the Go checksum database, which shares nothing with ours:
// signatures, inclusion of every entry, and consistency of the head with every earlier size.
//
// Build: GO111MODULE=off GOPATH=/usr/share/gocode go build verify.go   (Debian: golang-go golang-golang-x-mod-dev)
// Run:   verify FOLDER VKEY
package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func check(err error, what string, args ...interface{}) {
	if err != nil {
		fmt.Printf("refused: %s: %v\n", fmt.Sprintf(what, args...), err)
		os.Exit(1)
	}
}

// head reads a checkpoint, whose first line must be the name of the key that signed it.
func head(file string, key note.Verifier) tlog.Tree {
	msg, err := os.ReadFile(file)
	check(err, "checkpoint")
	signed, err := note.Open(msg, note.VerifierList(key))
	check(err, "signature of %s", filepath.Base(file))
	lines := strings.SplitN(signed.Text, "\n", 4)
	if len(lines) != 4 || lines[0] != key.Name() {
		check(fmt.Errorf("origin or lines"), "checkpoint")
	}
	var tree tlog.Tree
	_, err = fmt.Sscanf(lines[1], "%d", &tree.N)
	check(err, "size")
	tree.Hash, err = tlog.ParseHash(lines[2])
	check(err, "root")
	return tree
}

// folder reads tiles; a C2SP path is a Go path without the height.
type folder string

func (f folder) Height() int                          { return 8 }
func (f folder) SaveTiles(tiles []tlog.Tile, d [][]byte) {}
func (f folder) ReadTiles(tiles []tlog.Tile) (data [][]byte, err error) {
	for _, tile := range tiles {
		bytes, err := f.read("tile/" + strings.TrimPrefix(tile.Path(), "tile/8/"))
		if err != nil {
			return nil, err
		}
		data = append(data, bytes)
	}
	return data, nil
}
func (f folder) read(path string) ([]byte, error) {
	return os.ReadFile(filepath.Join(string(f), filepath.FromSlash(path)))
}

func main() {
	dir := folder(os.Args[1])
	key, err := note.NewVerifier(os.Args[2])
	check(err, "key")
	tree := head(filepath.Join(os.Args[1], "checkpoint"), key)
	hashes := tlog.TileHashReader(tree, dir)
	for first := int64(0); first < tree.N; first += 256 {
		width := 256
		if tree.N-first < 256 {
			width = int(tree.N - first)
		}
		tile := tlog.Tile{H: 8, L: 0, N: first / 256, W: width}
		path := strings.Replace(strings.TrimPrefix(tile.Path(), "tile/8/"), "0/", "tile/entries/", 1)
		bundle, err := dir.read(path)
		check(err, "bundle")
		for i := first; i < first+int64(width); i++ {
			if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
				check(fmt.Errorf("bundle is cut off"), "entry %d", i)
			}
			end := 2 + int(binary.BigEndian.Uint16(bundle))
			proof, err := tlog.ProveRecord(tree.N, i, hashes)
			check(err, "proof of entry %d", i)
			check(tlog.CheckRecord(proof, tree.N, tree.Hash, i, tlog.RecordHash(bundle[2:end])), "entry %d", i)
			bundle = bundle[end:]
		}
		if len(bundle) > 0 {
			check(fmt.Errorf("%d bytes too many", len(bundle)), "bundle %s", path)
		}
	}
	roots := map[int64]tlog.Hash{}
	for size := int64(1); size <= tree.N; size++ {
		roots[size], err = tlog.TreeHash(size, hashes)
		check(err, "root at %d", size)
		proof, err := tlog.ProveTree(tree.N, size, hashes)
		check(err, "proof of size %d", size)
		check(tlog.CheckTree(proof, tree.N, tree.Hash, size, roots[size]), "size %d", size)
	}
	earlier, _ := filepath.Glob(filepath.Join(os.Args[1], "checkpoint.*"))
	for _, file := range earlier {
		if old := head(file, key); old.N > 0 && old.Hash != roots[old.N] {
			check(fmt.Errorf("another root"), "%s", filepath.Base(file))
		}
	}
	fmt.Printf("verified: %d entries, %d sizes, %d earlier checkpoints\n", tree.N, tree.N, len(earlier))
}
