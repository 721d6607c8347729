// Package pgtest runs a real PostgreSQL server for tests: the reference for what our SQL means. A
// server uses a temporary folder, runs as an unprivileged user and listens only on a Unix socket.
package pgtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/omegagen/omegagen/internal/tooltest"
)

// Server is a running server. Its methods may be called concurrently.
type Server struct {
	root, bin  string // root is "" or a folder to change the root to
	dir        string // as seen inside root: data, socket
	credential *syscall.Credential
	log        *lockedBuffer
	process    *os.Process
	ended      chan error // of process
}

// lockedBuffer is written by the server while tests read it.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// Log is what the server has logged so far: every statement.
func (s *Server) Log() string {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	return s.log.b.String()
}

// Start starts a server that ends with the test. It uses OMEGAGEN_POSTGRES (a folder of programs),
// otherwise /usr/lib/postgresql.
func Start(t testing.TB) *Server {
	t.Helper()
	bin := os.Getenv("OMEGAGEN_POSTGRES")
	if bin == "" {
		bin = newest("/usr/lib/postgresql/*/bin")
	}
	if bin == "" {
		tooltest.Missing(t, "no PostgreSQL server: install postgresql-15 or later, or set OMEGAGEN_POSTGRES to the folder of its programs")
	}
	return start(t, "", bin)
}

// StartVector starts a server that has the extension vector: that of Start if it has it, otherwise one
// in a separate root file system (OMEGAGEN_PGVECTOR, which install.sh in this folder creates).
func StartVector(t testing.TB) *Server {
	t.Helper()
	if newest("/usr/share/postgresql/*/extension/vector.control") != "" && os.Getenv("OMEGAGEN_PGVECTOR") == "" {
		return Start(t)
	}
	root := os.Getenv("OMEGAGEN_PGVECTOR")
	if root == "" {
		root = "/opt/omegagen/pgvector"
	}
	bin := newest(root + "/usr/lib/postgresql/*/bin")
	if bin == "" {
		tooltest.Missing(t, "no PostgreSQL server with pgvector in %s: create one with internal/pgtest/install.sh", root)
	}
	return start(t, root, strings.TrimPrefix(bin, root))
}

func newest(pattern string) string {
	found, _ := filepath.Glob(pattern)
	if len(found) == 0 {
		return ""
	}
	sort.Slice(found, func(i, j int) bool {
		return len(found[i]) < len(found[j]) || len(found[i]) == len(found[j]) && found[i] < found[j]
	})
	return found[len(found)-1]
}

func start(t testing.TB, root, bin string) *Server {
	t.Helper()
	s := &Server{root: root, bin: bin}
	if os.Getuid() == 0 { // the server refuses to run as root
		name := "postgres"
		if _, err := user.Lookup(name); err != nil || root != "" {
			name = "nobody"
		}
		u, err := user.Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		s.credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	} else if root != "" {
		tooltest.Missing(t, "a server in a separate root file system requires a test that runs as root")
	}
	// t.TempDir would be too long for a socket's name.
	dir, err := os.MkdirTemp(filepath.Join(root, "/tmp"), "pg")
	if err != nil {
		t.Fatal(err)
	}
	s.dir = strings.TrimPrefix(dir, root)
	t.Cleanup(func() { os.RemoveAll(dir) })
	if s.credential != nil {
		if err := os.Chown(dir, int(s.credential.Uid), int(s.credential.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := s.command("initdb", "-D", s.dir+"/data", "-U", "postgres", "-A", "trust", "-E", "UTF8",
		"--locale=C", "--no-sync").CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	t.Cleanup(func() {
		if s.process != nil {
			s.stop(syscall.SIGINT) // fast shutdown
		}
	})
	s.serve(t)
	return s
}

func (s *Server) stop(how os.Signal) {
	s.process.Signal(how)
	select {
	case <-s.ended:
	case <-time.After(10 * time.Second):
		s.process.Kill()
		<-s.ended
	}
}

// Crash ends the server at once, with all its sessions, and starts it again; its log starts empty.
func (s *Server) Crash(t testing.TB) {
	t.Helper()
	s.stop(syscall.SIGQUIT)
	s.serve(t)
}

func (s *Server) serve(t testing.TB) {
	t.Helper()
	s.log = &lockedBuffer{}
	server := s.command("postgres", "-D", s.dir+"/data", "-k", s.dir, "-F",
		"-c", "listen_addresses=", "-c", "max_connections=20", "-c", "shared_buffers=16MB", "-c", "log_statement=all")
	server.Stderr = s.log
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	s.process, s.ended = server.Process, ended
	go func() { ended <- server.Wait() }()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if s.command("pg_isready", "-q", "-h", s.dir, "-U", "postgres").Run() == nil {
			return
		}
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("the server ended: %v\n%s", err, s.Log())
		default:
		}
		if time.Now().After(deadline) {
			t.Fatalf("the server isn't ready\n%s", s.Log())
		}
	}
}

// command is one of the server's programs, run as its user.
func (s *Server) command(program string, args ...string) *exec.Cmd {
	c := exec.Command(s.bin+"/"+program, args...)
	c.Env = []string{"PATH=/usr/bin:/bin", "LC_ALL=C", "HOME=/nonexistent"}
	c.Dir = "/"
	c.SysProcAttr = &syscall.SysProcAttr{Credential: s.credential, Chroot: s.root}
	return c
}

// Socket is the folder of the server's socket, as other programs see it: their PGHOST.
func (s *Server) Socket() string { return filepath.Join(s.root, s.dir) }

// CreateDatabase creates an empty database.
func (s *Server) CreateDatabase(t testing.TB, name string) {
	t.Helper()
	if _, stderr, err := s.Run("postgres", `CREATE DATABASE "`+name+`"`); err != nil {
		t.Fatalf("create database: %v\n%s", err, stderr)
	}
}

// Run runs a script with psql from its standard input, as deploy.sh does, and stops at the first
// error.
func (s *Server) Run(database, script string, flags ...string) (stdout, stderr string, err error) {
	var out, errs bytes.Buffer
	args := append([]string{"-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", s.dir, "-U", "postgres", "-d", database}, flags...)
	c := s.command("psql", append(args, "-f", "-")...)
	c.Stdin = strings.NewReader(script)
	c.Stdout, c.Stderr = &out, &errs
	err = c.Run()
	return out.String(), errs.String(), err
}

// Query decodes the rows of a query, as JSON objects, into v, a pointer to a
// slice.
func (s *Server) Query(t testing.TB, database, query string, v any) {
	t.Helper()
	stdout, stderr, err := s.Run(database, fmt.Sprintf("SELECT coalesce(json_agg(q), '[]') FROM (%s) q;", query), "-A", "-t")
	if err != nil {
		t.Fatalf("%s: %v\n%s", query, err, stderr)
	}
	if err := json.Unmarshal([]byte(stdout), v); err != nil {
		t.Fatalf("%s: %v\n%s", query, err, stdout)
	}
}

// Dump is the schema of a database as pg_dump writes it.
func (s *Server) Dump(t testing.TB, database string) string {
	t.Helper()
	out, err := s.command("pg_dump", "-h", s.dir, "-U", "postgres", "-d", database, "--schema-only").Output()
	if err != nil {
		t.Fatalf("pg_dump: %v", err)
	}
	// Newer versions guard the script with a random word.
	lines := strings.Split(string(out), "\n")
	lines = slices.DeleteFunc(lines, func(l string) bool {
		return strings.HasPrefix(l, `\restrict`) || strings.HasPrefix(l, `\unrestrict`)
	})
	return strings.Join(lines, "\n")
}
