package deploy_test

import (
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// site is a server that answers the probes of the tests; h2c for gRPC.
func site(t *testing.T) (*httptest.Server, int) {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/health", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, `{"status":"healthy","n":1.50,"list":[{"ok":true},null],"text":"a \"q\" ü \u00fc \ud83d\ude00 $(touch x) \\ end","deep":{"status":"no"}}`)
	})
	mux.HandleFunc("/created", func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, r.Method+" "+r.Header.Get("X-Test")+" "+string(b))
	})
	mux.HandleFunc("/api/v1/query", func(w http.ResponseWriter, r *http.Request) {
		switch q := r.FormValue("query"); q {
		case `up{job="a"} [1m]`:
			_, _ = io.WriteString(w, `{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"1"]},{"metric":{},"value":[1,"3"]}]}}`)
		case "scalar(1)":
			_, _ = io.WriteString(w, `{"status":"success","data":{"resultType":"scalar","result":[1,"42"]}}`)
		default:
			_, _ = io.WriteString(w, `{"status":"success","data":{"resultType":"vector","result":[]}}`)
		}
	})
	grpc := func(answer string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			b, _ := io.ReadAll(r.Body)
			w.Header().Set("content-type", "application/grpc")
			w.Header().Set("Trailer", "grpc-status")
			if r.ProtoMajor == 2 && len(b) >= 5 && int(b[4]) == len(b)-5 {
				if strings.Contains(string(b), "sick") {
					answer = "\x00\x00\x00\x00\x02\x08\x02"
				}
				_, _ = io.WriteString(w, answer)
			}
			w.Header().Set("grpc-status", "0")
		}
	}
	mux.HandleFunc("/grpc.health.v1.Health/Check", grpc("\x00\x00\x00\x00\x02\x08\x01"))
	mux.HandleFunc("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", grpc("\x00\x00\x00\x00\x0b2\x09\x0a\x07omega.S"))
	mux.HandleFunc("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", grpc(""))
	s := httptest.NewUnstartedServer(mux)
	s.Config.Protocols = new(http.Protocols)
	s.Config.Protocols.SetHTTP1(true)
	s.Config.Protocols.SetUnencryptedHTTP2(true)
	s.Start()
	t.Cleanup(s.Close)
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	port, _ := strconv.Atoi(u.Port())
	return s, port
}

func published(name string, port int) *manifest.Service {
	return &manifest.Service{Origin: origin("service." + name), Name: name, Instances: []*manifest.Instance{{Name: name, ContainerName: "test-" + name,
		Ports: []*manifest.Port{{Name: "rest", Container: 80, Host: port, Bind: "0.0.0.0", Protocol: "tcp"}}}}}
}

func TestProbes(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		_, port := site(t)
		closed, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		dead := published("dead", closed.Addr().(*net.TCPAddr).Port)
		_ = closed.Close()
		web := published("web", port)
		db := &manifest.Database{Origin: origin("database.omega"), Name: "omega", Service: web, User: "omega", DBName: "omega", Port: 5432}
		text := func(s string) *string { return &s }
		rat := func(n, d int64) *big.Rat { return big.NewRat(n, d) }
		fields := func(f ...manifest.JSONField) []manifest.JSONField { return f }
		at := func(s *manifest.Service) manifest.Endpoint { return manifest.Endpoint{Service: s, Port: "rest"} }
		http := func(edit func(*manifest.HTTPProbe)) *manifest.HTTPProbe {
			c := &manifest.HTTPProbe{Endpoint: at(web), Path: "/health", Status: 200}
			edit(c)
			return c
		}
		good := []manifest.Probe{
			http(func(c *manifest.HTTPProbe) {
				c.JSON = fields(manifest.JSONField{Path: []string{"status"}, Value: "healthy"}, manifest.JSONField{Path: []string{"n"}, Value: rat(3, 2)},
					manifest.JSONField{Path: []string{"list", "0", "ok"}, Value: true}, manifest.JSONField{Path: []string{"list", "1"}, Value: nil},
					manifest.JSONField{Path: []string{"text"}, Value: "a \"q\" ü ü 😀 $(touch x) \\ end"})
			}),
			http(func(c *manifest.HTTPProbe) { c.Contains = `"status":"healthy","n"` }),
			http(func(c *manifest.HTTPProbe) {
				c.Path, c.Method, c.Status, c.Body, c.Contains = "/created", "PUT", 201, "@/etc/passwd $(touch x)", "PUT a 'b' @/etc/passwd $(touch x)"
				c.Headers = []manifest.KeyValue{{Key: "X-Test", Value: "a 'b'"}}
			}),
			http(func(c *manifest.HTTPProbe) { c.Path, c.Status = "/no [a-b] {x}?q=ü", 404 }),
			&manifest.TCPProbe{Endpoint: at(web)},
			&manifest.GRPCProbe{Endpoint: at(web)},
			&manifest.GRPCProbe{Endpoint: at(web), HealthService: "omega.Sync"},
			&manifest.GRPCProbe{Endpoint: at(web), List: []string{"omega.S"}},
			&manifest.PromQLProbe{Expr: `up{job="a"} [1m]`, Answer: manifest.Answer{Min: rat(1, 1), Max: rat(3, 1)}},
			&manifest.PromQLProbe{Expr: "scalar(1)", Answer: manifest.Answer{Equals: text("42.0")}},
			&manifest.SQLProbe{Database: db, Query: "SELECT 'it''s' -- $(touch x)\nEND_OF_QUERY", Answer: manifest.Answer{Equals: text("seven")}},
			&manifest.ContainerProbe{Service: web, State: "running", Health: "healthy"},
			&manifest.CommandProbe{Run: manifest.PlainText("echo 'a b'; exit 3"), Status: 3, Equals: text("a b"), Matches: "^a +b$"},
			&manifest.CommandProbe{Run: manifest.PlainText("[[ a == a ]] && echo $X"), Shell: "bash", Equals: text("y"), Env: []manifest.EnvVar{{Name: "X", Value: manifest.PlainText("y")}}},
		}
		bad := map[string]manifest.Probe{
			"got status 200, expected 201": http(func(c *manifest.HTTPProbe) { c.Status = 201 }),
			"does not contain 'unhealthy'": http(func(c *manifest.HTTPProbe) { c.Contains = "unhealthy" }),
			"is 'healthy', expected 'sick'": http(func(c *manifest.HTTPProbe) {
				c.JSON = fields(manifest.JSONField{Path: []string{"status"}, Value: "sick"})
			}),
			"is '', expected 'x'": http(func(c *manifest.HTTPProbe) {
				c.JSON = fields(manifest.JSONField{Path: []string{"status", "x"}, Value: "x"})
			}),
			"refuses connections":             &manifest.TCPProbe{Endpoint: at(dead)},
			"does not respond":                &manifest.HTTPProbe{Endpoint: at(dead), Path: "/", Status: 200},
			"does not report SERVING":         &manifest.GRPCProbe{Endpoint: at(web), HealthService: "sick"},
			"does not list omega.T":           &manifest.GRPCProbe{Endpoint: at(web), List: []string{"omega.T"}},
			"got '3', expected <= 2":          &manifest.PromQLProbe{Expr: `up{job="a"} [1m]`, Answer: manifest.Answer{Max: rat(2, 1)}},
			"has no result":                   &manifest.PromQLProbe{Expr: "nothing", Answer: manifest.Answer{Min: rat(0, 1)}},
			"got 'seven', expected == eight":  &manifest.SQLProbe{Database: db, Query: "SELECT 1", Answer: manifest.Answer{Equals: text("eight")}},
			"0 of 1: test-dead":               &manifest.ContainerProbe{Service: dead, State: "running"},
			"exited with status 1, expected":  &manifest.CommandProbe{Run: manifest.PlainText("false; echo on")},
			"got 'a b', which does not match": &manifest.CommandProbe{Run: manifest.PlainText("echo a b"), Matches: "^b"},
		}
		m := model()
		m.Services = []*manifest.Service{web, dead}
		m.Prometheus = &manifest.Prometheus{Service: web, Port: "rest"}
		for i, c := range good {
			m.Criteria = append(m.Criteria, &manifest.Criterion{Origin: origin("criterion.x"), Name: "good" + strconv.Itoa(i), Title: "good " + strconv.Itoa(i), Probe: c})
		}
		k := newKit(t, shell, m, plans(planOf(m)))
		k.program("docker", `case "$*" in
exec*psql*) read -r _; read -r line; [ "$line" = "SELECT 1" ] || echo "$line" >>got; echo seven ;;
inspect*test-web*) echo running healthy ;;
inspect*) echo "no such container" >&2; exit 1 ;;
version*) echo 27.0 ;;
esac
`)
		out := k.want(0, "verify")
		mustEqual(t, "criteria met", strings.Count(out, "met  "), len(good))
		contains(t, k.read("got"), "SELECT 'it''s' -- $(touch x)")
		m.Criteria = nil
		i := 0
		for title, c := range bad {
			m.Criteria = append(m.Criteria, &manifest.Criterion{Origin: origin("criterion.x"), Name: "bad" + strconv.Itoa(i), Title: title, Probe: c})
			i++
		}
		k.install(m, plans(planOf(m)))
		out = k.want(6)
		for title := range bad {
			if !strings.Contains(out, "NOT MET "+title) || strings.Count(out, title) < 2 {
				t.Errorf("%q is met, or isn't said\n%s", title, out)
			}
		}
		contains(t, k.want(0, "report", "--json"), `"result":"unmet"`)
		if k.read("x") != "" {
			t.Error("a text was executed")
		}
	})
}

// TestWithin shows that a criterion is tried until its time is up.
func TestWithin(t *testing.T) {
	m := model()
	m.Criteria = []*manifest.Criterion{
		{Origin: origin("criterion.x"), Name: "soon", Title: "soon", Within: 20 * time.Second, Probe: &manifest.CommandProbe{Run: manifest.PlainText("echo x >>tries; [ $(wc -l <tries) -ge 3 ]")}},
		{Origin: origin("criterion.y"), Name: "never", Title: "never", Within: 2 * time.Second, Probe: &manifest.CommandProbe{Run: manifest.PlainText("false")}},
	}
	m.Runbooks = []*manifest.Runbook{{Name: "r", Title: "Never met", Covers: []string{"criterion.never"}}}
	k := newKit(t, "dash", m, plans(planOf(m)))
	contains(t, k.want(6, "verify"), "met    soon", "NOT MET never", "Never met")
	mustEqual(t, "tries", len(k.lines("tries")), 3)
}

func TestBench(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		bench := func(name, run, op string, value int64) *manifest.Benchmark {
			return &manifest.Benchmark{Origin: origin("benchmark." + name), Name: name, Title: name, Target: op + " " + strconv.FormatInt(value, 10) + "ms", Op: op,
				Value: big.NewRat(value, 1), Unit: "ms", Run: manifest.PlainText(run)}
		}
		m.Benchmarks = []*manifest.Benchmark{bench("fast", "echo warming up 9; echo 12.5; echo ready", "<", 500)}
		k := newKit(t, shell, m, plans(planOf(m)))
		contains(t, k.want(0, "bench"), "met    fast: 12.5 (target < 500ms)")
		m.Benchmarks = append(m.Benchmarks, bench("slow", "echo 501", "<", 500), bench("mute", "echo none", "<", 500))
		k.install(m, plans(planOf(m)))
		contains(t, k.want(6, "bench"), "MISSED slow: 501", "FAILED mute")
		k.want(0)
		contains(t, k.want(0, "report"), "| slow | missed |")
	})
}

func TestMeasure(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		st := &manifest.State{Origin: origin("state.ms"), Name: "ms", Type: manifest.Number}
		below := &manifest.Expr{Op: manifest.OpBound, Bound: manifest.Below, Type: manifest.Number, Args: []*manifest.Expr{{Op: manifest.OpConst, Type: manifest.Number,
			Value: &manifest.Value{Type: manifest.Number, Num: big.NewRat(500, 1)}}}}
		p := planOf(m, task{name: "a", run: "cat ms; echo end", edit: func(a *manifest.Action) {
			a.Effects = []manifest.Effect{{State: st, Value: below}}
			a.Measures = []manifest.Measure{{State: st, From: "output"}}
		}})
		k := newKit(t, shell, m, plans(p))
		k.write("ms", "612\n")
		contains(t, k.want(1), "measured ms = 612, but the plan assumes < 500")
		k.write("ms", "99.5\n")
		k.want(0)
		contains(t, k.want(0, "report", "--json"), `"measures":{"ms":99.5}`)

		// Of several attempts the last one counts.
		p.Steps[0].Action.Parts[0].Script = manifest.PlainText("if [ -f again ]; then echo 7; else touch again; echo 900; fi")
		p.Steps[0].Action.Retries = 1
		k = newKit(t, shell, m, plans(p))
		k.want(0)
		contains(t, k.want(0, "report", "--json"), `"measures":{"ms":7}`)
	})
}
