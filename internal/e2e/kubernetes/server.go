//go:build linux

package kubernetes

import (
	"bytes"
	"crypto/x509/pkix"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"sigs.k8s.io/yaml"
)

// Server is a running API server with its store. Its methods may be called concurrently.
type Server struct {
	*Client
	Programs   *Programs
	Kubeconfig string // of an administrator, with the context "omegagen-test"
	Omegagen   string // the program, built of the source as it is

	dir       string
	keys      *keys
	processes []*process // in the order in which they were started
}

// prefix is what the folders of servers begin with; the number of the process that owns it follows.
const prefix = "omegagen-kubernetes-"

// Run runs the tests of a package with a server, as TestMain does: the server ends with the tests, also when a
// signal ends them.
func Run(m *testing.M, server **Server) int {
	s, err := Start()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	*server = s
	defer s.Stop()
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		<-stop
		s.Stop()
		os.Exit(1)
	}()
	return m.Run()
}

// Start starts a server on loopback, and returns when it serves.
func Start() (*Server, error) {
	p, err := Find()
	if err != nil {
		return nil, err
	}
	started := time.Now()
	sweep()
	dir, err := os.MkdirTemp("", prefix+strconv.Itoa(os.Getpid())+"-")
	if err != nil {
		return nil, err
	}
	s := &Server{Programs: p, dir: dir, Kubeconfig: filepath.Join(dir, "kubeconfig"), Omegagen: filepath.Join(dir, "omegagen")}
	if err := run(Repository(), "go", "build", "-o", s.Omegagen, "./cmd/omegagen"); err != nil {
		s.Stop()
		return nil, err
	}
	Time("built omegagen", started)
	started = time.Now()
	// Another program may take a port between its choice and its use.
	for range 3 {
		if err = s.start(); err == nil {
			Time("API server ready", started)
			return s, nil
		}
		s.end()
	}
	s.Stop()
	return nil, err
}

// Stop ends the server and removes its folder.
func (s *Server) Stop() {
	s.end()
	os.RemoveAll(s.dir)
}

func (s *Server) end() {
	for i := len(s.processes) - 1; i >= 0; i-- {
		s.processes[i].stop()
	}
	s.processes = nil
}

// sweep removes the folders of tests that were killed.
func sweep() {
	found, _ := filepath.Glob(filepath.Join(os.TempDir(), prefix+"*"))
	for _, dir := range found {
		pid, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(dir), prefix), "-")
		if n, err := strconv.Atoi(pid); err == nil && syscall.Kill(n, 0) == syscall.ESRCH {
			os.RemoveAll(dir)
		}
	}
}

func (s *Server) start() error {
	var err error
	if s.keys, err = newKeys(s.dir); err != nil {
		return err
	}
	for name, subject := range map[string]pkix.Name{
		"etcd":   {CommonName: "etcd"},
		"server": {CommonName: "kube-apiserver"},
		"admin":  {CommonName: "admin", Organization: []string{"system:masters"}},
	} {
		if err := s.keys.issue(name, subject); err != nil {
			return err
		}
	}
	ports, err := freePorts(3)
	if err != nil {
		return err
	}
	store, peers := "https://127.0.0.1:"+ports[0], "https://127.0.0.1:"+ports[1]
	key := s.keys.path
	if err := s.launch(s.Programs.Etcd,
		"--data-dir="+filepath.Join(s.dir, "etcd-"+ports[0]), "--unsafe-no-fsync", "--log-level=warn", "--name=test",
		"--listen-client-urls="+store, "--advertise-client-urls="+store, "--listen-peer-urls="+peers, "--initial-advertise-peer-urls="+peers, "--initial-cluster=test="+peers,
		"--client-cert-auth", "--trusted-ca-file="+key("ca.crt"), "--cert-file="+key("etcd.crt"), "--key-file="+key("etcd.key"),
		"--peer-client-cert-auth", "--peer-trusted-ca-file="+key("ca.crt"), "--peer-cert-file="+key("etcd.crt"), "--peer-key-file="+key("etcd.key")); err != nil {
		return err
	}
	if err := s.launch(s.Programs.APIServer,
		"--etcd-servers="+store, "--etcd-cafile="+key("ca.crt"), "--etcd-certfile="+key("etcd.crt"), "--etcd-keyfile="+key("etcd.key"),
		"--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", "--secure-port="+ports[2], "--endpoint-reconciler-type=none",
		"--tls-cert-file="+key("server.crt"), "--tls-private-key-file="+key("server.key"), "--client-ca-file="+key("ca.crt"),
		"--service-account-issuer=https://kubernetes.default.svc", "--service-account-key-file="+key("server.key"), "--service-account-signing-key-file="+key("server.key"),
		"--service-cluster-ip-range=10.96.0.0/16", "--authorization-mode=RBAC", "--profiling=false"); err != nil {
		return err
	}
	url := "https://127.0.0.1:" + ports[2]
	if s.Client, err = newClient(url, s.keys); err != nil {
		return err
	}
	if err := s.writeKubeconfig(url); err != nil {
		return err
	}
	return s.await()
}

// await waits until the server is ready, or one of its processes has ended.
func (s *Server) await() error {
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		for _, p := range s.processes {
			select {
			case <-p.ended:
				return fmt.Errorf("%s has ended:\n%s", p.name, p.tail())
			default:
			}
		}
		if r, err := s.Do("GET", "/readyz", "", nil); err == nil && r.Status == 200 {
			return nil
		}
	}
	last := s.processes[len(s.processes)-1]
	return fmt.Errorf("the API server isn't ready after a minute:\n%s", last.tail())
}

func (s *Server) writeKubeconfig(url string) error {
	data := func(name string) string {
		b, _ := os.ReadFile(s.keys.path(name)) // written above
		return base64.StdEncoding.EncodeToString(b)
	}
	const name = "omegagen-test"
	b, err := yaml.Marshal(map[string]any{
		"apiVersion": "v1", "kind": "Config", "current-context": name,
		"clusters": []any{map[string]any{"name": name, "cluster": map[string]any{"server": url, "certificate-authority-data": data("ca.crt")}}},
		"users":    []any{map[string]any{"name": name, "user": map[string]any{"client-certificate-data": data("admin.crt"), "client-key-data": data("admin.key")}}},
		"contexts": []any{map[string]any{"name": name, "context": map[string]any{"cluster": name, "user": name}}},
	})
	if err != nil {
		return err
	}
	return os.WriteFile(s.Kubeconfig, b, 0o600)
}

// Kubectl runs kubectl as the administrator, in a folder of the server for its caches.
func (s *Server) Kubectl(args ...string) (string, error) {
	c := exec.Command(s.Programs.Kubectl, args...)
	c.Env = append(os.Environ(), "KUBECONFIG="+s.Kubeconfig, "HOME="+s.dir)
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	err := c.Run()
	if err != nil {
		err = fmt.Errorf("kubectl %s: %w\n%s", strings.Join(args, " "), err, &stderr)
	}
	return stdout.String(), err
}

// freePorts are ports of loopback that nobody uses now.
func freePorts(n int) ([]string, error) {
	var out []string
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close()
		_, port, err := net.SplitHostPort(l.Addr().String())
		if err != nil {
			return nil, err
		}
		out = append(out, port)
	}
	return out, nil
}

// process is a child that is killed when this process ends, however that ends.
type process struct {
	name, log string
	command   *exec.Cmd
	ended     chan struct{}
}

// launch starts a program, whose output goes to a file in the server's folder.
func (s *Server) launch(program string, args ...string) error {
	p := &process{name: filepath.Base(program), ended: make(chan struct{})}
	p.log = filepath.Join(s.dir, p.name+".log")
	out, err := os.Create(p.log)
	if err != nil {
		return err
	}
	defer out.Close()
	p.command = exec.Command(program, args...)
	p.command.Stdout, p.command.Stderr = out, out
	p.command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	started := make(chan error)
	go func() {
		// The signal comes when the thread ends that started the child, so it waits for that.
		runtime.LockOSThread()
		err := p.command.Start()
		started <- err
		if err == nil {
			_ = p.command.Wait() // how it has ended is in the log
		}
		close(p.ended)
	}()
	if err := <-started; err != nil {
		return errors.Join(fmt.Errorf("cannot start %s", program), err)
	}
	s.processes = append(s.processes, p)
	return nil
}

// stop ends a child, at once if it doesn't end by itself.
func (p *process) stop() {
	_ = p.command.Process.Signal(syscall.SIGTERM) // it may have ended
	select {
	case <-p.ended:
	case <-time.After(3 * time.Second):
		_ = p.command.Process.Kill()
		<-p.ended
	}
}

// tail is the end of what a child has printed.
func (p *process) tail() string {
	b, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	return string(b[max(0, len(b)-4000):])
}
