// SPDX-License-Identifier: Apache-2.0
//
// A stranger: follows a log with golang.org/x/mod/sumdb's note and tlog, which know nothing of us, and
// over HTTP alone.
//
//	verify log URL CA VKEY      every tile, every entry, proofs of many entries and many older sizes
//	verify receipt VKEY FILE    a receipt (c2sp.org/tlog-proof@v1), without the network
//
// Prints one line for each thing that was shown, and what the log's entries are, or ends with 1.
package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	height  = 8
	width   = 1 << height
	samples = 600
	forever = "public, max-age=31536000, immutable"
)

func must(err error, format string, args ...any) {
	if err != nil {
		fmt.Printf("%s: %v\n", fmt.Sprintf(format, args...), err)
		os.Exit(1)
	}
}

func check(ok bool, format string, args ...any) {
	if !ok {
		fmt.Printf(format+"\n", args...)
		os.Exit(1)
	}
}

// ---- the log over HTTP

type log struct {
	url    string
	client *http.Client
	mu     sync.Mutex
	tiles  map[string][]byte // by path
}

func (l *log) get(path string) (int, http.Header, []byte) {
	res, err := l.client.Get(l.url + "/" + path)
	must(err, "GET %s", path)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	must(err, "GET %s", path)
	return res.StatusCode, res.Header, body
}

// Tile paths as the checksum database has them name the height; those of tlog-tiles do not.
func pathOf(t tlog.Tile) string {
	path := strings.Replace(t.Path(), "tile/8/", "tile/", 1)
	return strings.Replace(path, "tile/data/", "tile/entries/", 1)
}

func (l *log) tile(t tlog.Tile) []byte {
	path := pathOf(t)
	l.mu.Lock()
	known, ok := l.tiles[path]
	l.mu.Unlock()
	if ok {
		return known
	}
	status, header, body := l.get(path)
	check(status == 200, "GET %s: %d", path, status)
	check(header.Get("content-type") == "application/octet-stream", "%s: %v", path, header)
	if t.W == width {
		check(header.Get("cache-control") == forever, "%s: %v", path, header)
	}
	if t.L >= 0 {
		check(len(body) == t.W*tlog.HashSize, "%s has %d bytes", path, len(body))
	}
	l.mu.Lock()
	l.tiles[path] = body
	l.mu.Unlock()
	return body
}

func (l *log) absent(path string) {
	status, header, _ := l.get(path)
	check(status == 404, "GET %s: %d", path, status)
	check(header.Get("cache-control") == "no-store", "%s: %v", path, header)
}

// tlog.TileReader
func (l *log) Height() int { return height }
func (l *log) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, t := range tiles {
		data[i] = l.tile(t)
	}
	return data, nil
}
func (l *log) SaveTiles([]tlog.Tile, [][]byte) {}

// ---- what is checked

func open(text []byte, vkey string) (string, tlog.Tree) {
	verifier, err := note.NewVerifier(vkey)
	must(err, "the verifier key")
	n, err := note.Open(text, note.VerifierList(verifier))
	must(err, "the checkpoint")
	lines := strings.Split(n.Text, "\n")
	check(len(lines) == 4 && lines[3] == "", "the checkpoint has not three lines: %q", n.Text)
	check(lines[0] == verifier.Name(), "origin %q, key %q", lines[0], verifier.Name())
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err, "the size")
	check(strconv.FormatInt(size, 10) == lines[1], "size %q", lines[1])
	root, err := tlog.ParseHash(lines[2])
	must(err, "the root")
	return lines[0], tlog.Tree{N: size, Hash: root}
}

// Entries of a bundle: two big-endian bytes of length, then the entry.
func split(bundle []byte) [][]byte {
	var entries [][]byte
	for len(bundle) > 0 {
		check(len(bundle) >= 2, "a bundle ends in the middle")
		n := int(binary.BigEndian.Uint16(bundle))
		check(len(bundle) >= 2+n, "a bundle ends in the middle")
		entries = append(entries, bundle[2:2+n])
		bundle = bundle[2+n:]
	}
	return entries
}

// The tile of that level and number in a tree of that size; width 0: there is none.
func tileOf(level int, n int64, size int64) tlog.Tile {
	hashes := size>>(height*level) - n*width
	if hashes < 0 {
		hashes = 0
	}
	if hashes > width {
		hashes = width
	}
	return tlog.Tile{H: height, L: level, N: n, W: int(hashes)}
}

func (l *log) entries(size int64) ([][]byte, []tlog.Hash) {
	bundles := make([][]byte, (size+width-1)/width)
	var group sync.WaitGroup
	for worker := 0; worker < 4; worker++ {
		group.Add(1)
		go func(worker int) {
			defer group.Done()
			for n := worker; n < len(bundles); n += 4 {
				t := tileOf(0, int64(n), size)
				t.L = -1
				bundles[n] = l.tile(t)
			}
		}(worker)
	}
	group.Wait()
	var entries [][]byte
	var hashes []tlog.Hash
	for _, b := range bundles {
		entries = append(entries, split(b)...)
	}
	check(int64(len(entries)) == size, "%d entries, size %d", len(entries), size)
	for _, e := range entries {
		hashes = append(hashes, tlog.RecordHash(e))
	}
	return entries, hashes
}

// Every tile of every level holds what follows from the entries, and there are no others.
func (l *log) everyTile(size int64, hashes []tlog.Hash) int {
	tiles := 0
	for level := 0; len(hashes) > 0; level++ {
		var above []tlog.Hash
		n := int64(0)
		for ; n*width < int64(len(hashes)); n++ {
			t := tileOf(level, n, size)
			want := hashes[n*width:]
			if len(want) > width {
				want = want[:width]
			}
			var text []byte
			for _, h := range want {
				text = append(text, h[:]...)
			}
			check(t.W == len(want), "tile %d/%d: width %d", level, n, t.W)
			check(bytes.Equal(l.tile(t), text), "%s is not what the entries give", pathOf(t))
			if t.W == width {
				above = append(above, rootOf(want))
			} else {
				for _, w := range []int{1, t.W} { // earlier widths are its beginning
					p := t
					p.W = w
					check(bytes.Equal(l.tile(p), text[:w*tlog.HashSize]), "%s differs", pathOf(p))
				}
				full := t
				full.W = width
				l.absent(pathOf(full))
				if t.W+1 < width {
					t.W++
					l.absent(pathOf(t))
				}
			}
			tiles++
		}
		l.absent(pathOf(tlog.Tile{H: height, L: level, N: n, W: 1}))
		l.absent(pathOf(tlog.Tile{H: height, L: level, N: n, W: width}))
		hashes = above
	}
	return tiles
}

// Of up to 256 hashes, by joining neighbours.
func rootOf(hashes []tlog.Hash) tlog.Hash {
	for len(hashes) > 1 {
		var next []tlog.Hash
		for i := 0; i < len(hashes); i += 2 {
			next = append(next, tlog.NodeHash(hashes[i], hashes[i+1]))
		}
		hashes = next
	}
	return hashes[0]
}

func verifyLog(url, ca, vkey string) {
	pem, err := os.ReadFile(ca)
	must(err, "the certificate")
	pool := x509.NewCertPool()
	check(pool.AppendCertsFromPEM(pem), "the certificate is none")
	l := &log{url: url, tiles: map[string][]byte{}, client: &http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: pool}, MaxIdleConnsPerHost: 4}}}
	status, header, text := l.get("checkpoint")
	check(status == 200, "checkpoint: %d", status)
	check(header.Get("content-type") == "text/plain; charset=utf-8", "checkpoint: %v", header)
	check(header.Get("cache-control") == "public, max-age=1", "checkpoint: %v", header)
	origin, tree := open(text, vkey)
	fmt.Printf("checkpoint of %s: size %d, root %s\n", origin, tree.N, tree.Hash)

	reader := tlog.TileHashReader(tree, l)
	root, err := tlog.TreeHash(tree.N, reader)
	must(err, "the tree hash from tiles")
	check(root == tree.Hash, "the tiles' root is %s", root)
	entries, hashes := l.entries(tree.N)
	fmt.Printf("tiles: %d, all as the %d entries give them\n", l.everyTile(tree.N, hashes), len(entries))

	random := rand.New(rand.NewSource(1))
	for i := 0; i < samples; i++ {
		n := random.Int63n(tree.N)
		if i < 300 { // both ends in full
			n = int64(i) % tree.N
		} else if i < 400 {
			n = tree.N - 1 - int64(i-300)%tree.N
		}
		proof, err := tlog.ProveRecord(tree.N, n, reader)
		must(err, "proof of entry %d", n)
		must(tlog.CheckRecord(proof, tree.N, tree.Hash, n, hashes[n]), "entry %d", n)
	}
	fmt.Printf("inclusion: %d proofs\n", samples)
	for i := 0; i < samples; i++ {
		n := 1 + random.Int63n(tree.N)
		if i < 300 {
			n = 1 + int64(i)%tree.N
		}
		old, err := tlog.TreeHash(n, reader)
		must(err, "the root of size %d", n)
		proof, err := tlog.ProveTree(tree.N, n, reader)
		must(err, "proof from size %d", n)
		must(tlog.CheckTree(proof, tree.N, tree.Hash, n, old), "from size %d", n)
	}
	fmt.Printf("consistency: %d proofs\n", samples)
	for _, path := range []string{"tile/0/0", "tile/0/00", "tile/0/0000", "tile/00/000", "tile/64/000",
		"tile/7/000", "tile/63/000", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p/",
		"tile/0/x000/000", "tile/0/x001", "tile/0/001/002", "tile/0/000/", "tile/-1/000", "tile/0/x001/x002",
		"tile/0/x999/x999/x999/x999/x999/999", "tile/0/x999/x999/x999/x999/x999/x999/999", "tile/entries/0",
		"tile/entries/000.p/0", "tile/entries/x999/x999/999", "tile/data/000", "tile/0/%30%30%30"} {
		l.absent(path)
	}
	fmt.Println("what names no tile is not there")
}

func verifyReceipt(vkey, file string) {
	text, err := os.ReadFile(file)
	must(err, "the receipt")
	head, checkpoint, found := strings.Cut(string(text), "\n\n")
	check(found, "the receipt has no empty line")
	lines := strings.Split(head, "\n")
	check(len(lines) >= 3 && lines[0] == "c2sp.org/tlog-proof@v1", "the receipt starts with %q", lines[0])
	entry, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	must(err, "extra")
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	must(err, "index")
	var proof tlog.RecordProof
	for _, line := range lines[3:] {
		h, err := tlog.ParseHash(line)
		must(err, "a hash")
		proof = append(proof, h)
	}
	_, tree := open([]byte(checkpoint), vkey)
	must(tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry)), "the receipt")
	fmt.Printf("receipt: entry %d of %d\n%s\n", index, tree.N, entry)
}

func main() {
	switch {
	case len(os.Args) == 5 && os.Args[1] == "log":
		verifyLog(os.Args[2], os.Args[3], os.Args[4])
	case len(os.Args) == 4 && os.Args[1] == "receipt":
		verifyReceipt(os.Args[2], os.Args[3])
	default:
		fmt.Println("usage: verify log URL CA VKEY | verify receipt VKEY FILE")
		os.Exit(2)
	}
}
