package compose

import (
	"maps"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/omegagen/omegagen/internal/text"
)

// Requirement is something in docker-compose.yml that older versions don't support:
// they refuse it, or silently run the containers without it.
type Requirement struct {
	Key     string   // below its owner: healthcheck.start_interval
	Owners  []string // "service web"; none for a key of the file itself
	Compose string   // least version of Docker Compose, "" for any
	Engine  string   // least version of Docker Engine, "" for any
}

// String names the key and its owners.
func (r Requirement) String() string {
	if len(r.Owners) == 0 {
		return r.Key + " of docker-compose.yml"
	}
	kind, first, _ := strings.Cut(r.Owners[0], " ")
	if len(r.Owners) == 1 {
		return r.Key + " of " + kind + " " + first
	}
	names := make([]string, len(r.Owners))
	for i, o := range r.Owners {
		names[i] = strings.TrimPrefix(o, kind+" ")
	}
	return r.Key + " of " + text.Plural(kind) + " " + text.List(names)
}

// since is the first version that supports a key, or some of its values.
type since struct {
	path    string // * stands for any key of a map, [] for each element of a list
	compose string
	engine  string
	values  []string // the values, with a final * for any ending; none: any value
}

// versions are the keys that Compose 2.0 or Engine 20.10 don't support. The version
// of Compose is that of the first release whose go.mod requires a compose-go that
// has the key in its schema; or the later one whose pkg/compose passes it on to
// the engine ("source": earlier ones read and ignore it), or which the reference at
// https://docs.docker.com/reference/compose-file/ requires ("docs").
// The Engine's is that of its API's history, https://docs.docker.com/reference/
// api/engine/version-history/ (1.43: 24.0, 1.44: 25.0, 1.45: 26.0, 1.48: 28.0,
// 1.49: 28.1).
var versions = []since{
	{path: "name", compose: "2.3.3"},
	{path: "include", compose: "2.20.3"}, // docs; 2.20.0 has bugs
	{path: "models", compose: "2.38.0"},
	{path: "jobs", compose: "5.6.0"},
	{path: "configs.*.content", compose: "2.23.1"},     // docs
	{path: "configs.*.environment", compose: "2.23.1"}, // docs
	{path: "secrets.*.environment", compose: "2.6.1"},
	{path: "networks.*.enable_ipv4", compose: "2.34.0", engine: "28.0"}, // source; API 1.48: EnableIPv4

	{path: "services.*.annotations", compose: "2.26.0", engine: "24.0"}, // source; API 1.43: Annotations
	{path: "services.*.attach", compose: "2.20.0"},
	{path: "services.*.cgroup", compose: "2.16.0"},
	{path: "services.*.depends_on.*.required", compose: "2.20.0"},
	{path: "services.*.depends_on.*.restart", compose: "2.17.0"},
	{path: "services.*.deploy.resources.limits.pids", compose: "2.3.3"},
	{path: "services.*.devices.[].source", compose: "2.29.7"},
	{path: "services.*.env_file.[].path", compose: "2.24.0"},
	{path: "services.*.env_file.[].format", compose: "2.30.0"},
	{path: "services.*.extra_hosts.*.[]", compose: "2.32.0"},
	{path: "services.*.gpus", compose: "2.30.0"},
	{path: "services.*.gpus", compose: "2.33.0", values: []string{"all"}},
	{path: "services.*.healthcheck.start_interval", compose: "2.24.0", engine: "25.0"}, // source; API 1.44: StartInterval
	{path: "services.*.label_file", compose: "2.32.2"},                                 // docs
	{path: "services.*.models", compose: "2.38.0"},
	{path: "services.*.post_start", compose: "2.30.0"},
	{path: "services.*.pre_start", compose: "5.3.0"}, // docs
	{path: "services.*.pre_stop", compose: "2.30.0"},
	{path: "services.*.provider", compose: "2.36.0"},                                                               // docs
	{path: "services.*.pull_policy", compose: "2.34.0", values: []string{"daily", "weekly", "every_*", "refresh"}}, // source
	{path: "services.*.pull_refresh_after", compose: "2.34.0"},
	{path: "services.*.storage_opt", compose: "2.26.0"}, // source
	{path: "services.*.umask", compose: "5.7.0"},
	{path: "services.*.use_api_socket", compose: "2.38.0"},
	{path: "services.*.uts", compose: "2.15.1"},

	{path: "services.*.build.additional_contexts", compose: "2.17.0"},
	{path: "services.*.build.cache_to", compose: "2.4.1"},
	{path: "services.*.build.dockerfile_inline", compose: "2.17.0"},
	{path: "services.*.build.entitlements", compose: "2.27.1"}, // docs
	{path: "services.*.build.no_cache", compose: "2.4.1"},
	{path: "services.*.build.no_cache_filter", compose: "5.0.2"},
	{path: "services.*.build.platforms", compose: "2.10.2"},
	{path: "services.*.build.privileged", compose: "2.15.0"},
	{path: "services.*.build.provenance", compose: "2.39.0"},
	{path: "services.*.build.pull", compose: "2.4.1"},
	{path: "services.*.build.sbom", compose: "2.39.0"},
	{path: "services.*.build.secrets", compose: "2.5.1"},
	{path: "services.*.build.ssh", compose: "2.4.1"},
	{path: "services.*.build.tags", compose: "2.5.1"},
	{path: "services.*.build.ulimits", compose: "2.23.1"}, // docs

	{path: "services.*.develop", compose: "2.22.0"},
	{path: "services.*.develop.watch.[].action", compose: "2.23.0", values: []string{"sync+restart"}},
	{path: "services.*.develop.watch.[].action", compose: "2.32.0", values: []string{"restart", "sync+exec"}},
	{path: "services.*.develop.watch.[].exec", compose: "2.32.2"}, // docs
	{path: "services.*.develop.watch.[].include", compose: "2.34.0"},
	{path: "services.*.develop.watch.[].initial_sync", compose: "2.39.4"},

	{path: "services.*.networks.*.driver_opts", compose: "2.27.1"},
	{path: "services.*.networks.*.gw_priority", compose: "2.34.0", engine: "28.0"},    // source; API 1.48: GwPriority
	{path: "services.*.networks.*.interface_name", compose: "2.36.0", engine: "28.1"}, // Compose itself demands API 1.49
	{path: "services.*.networks.*.mac_address", compose: "2.24.0"},                    // source
	{path: "services.*.networks.*.use_service_name_alias", compose: "5.7.0"},

	{path: "services.*.ports.[].app_protocol", compose: "2.26.0"}, // docs
	{path: "services.*.ports.[].name", compose: "2.25.0"},

	{path: "services.*.volumes.[].type", compose: "2.35.0", engine: "28.0", values: []string{"image"}}, // Compose itself demands API 1.48
	{path: "services.*.volumes.[].bind.recursive", compose: "2.30.0", engine: "25.0"},                  // API 1.44: ReadOnlyNonRecursive
	{path: "services.*.volumes.[].bind.selinux", compose: "2.3.3"},
	{path: "services.*.volumes.[].tmpfs.mode", compose: "2.14.0"},
	{path: "services.*.volumes.[].volume.labels", compose: "2.35.0"},
	{path: "services.*.volumes.[].volume.subpath", compose: "2.26.0", engine: "26.0"}, // source; API 1.45: Subpath
}

// pattern is a tree of the paths of versions.
type pattern struct {
	below map[string]*pattern
	rules []since
}

func patterns() *pattern {
	root := &pattern{}
	for _, v := range versions {
		p := root
		for _, step := range strings.Split(v.path, ".") {
			if p.below == nil {
				p.below = map[string]*pattern{}
			}
			if p.below[step] == nil {
				p.below[step] = &pattern{}
			}
			p = p.below[step]
		}
		p.rules = append(p.rules, v)
	}
	return root
}

// Requirements lists what in the file requires newer versions, sorted by key.
func (f *File) Requirements() ([]Requirement, error) {
	tree, err := f.Tree(func(string) string { return "" })
	if err != nil {
		return nil, err
	}
	found := map[string]*Requirement{}
	add := func(v since, path []string) {
		key, owner := strings.Join(path, "."), ""
		if kind := strings.TrimSuffix(path[0], "s"); strings.Contains(v.path, "*.") {
			owner, key = kind+" "+path[1], strings.Join(path[2:], ".")
		}
		id := strings.Join([]string{v.path, key, v.compose, v.engine}, " ")
		r := found[id]
		if r == nil {
			r = &Requirement{Key: key, Compose: v.compose, Engine: v.engine}
			found[id] = r
		}
		if owner != "" && !slices.Contains(r.Owners, owner) {
			r.Owners = append(r.Owners, owner)
		}
	}
	walk(patterns(), tree, nil, add)
	out := make([]Requirement, 0, len(found))
	for _, id := range slices.Sorted(maps.Keys(found)) {
		slices.Sort(found[id].Owners)
		out = append(out, *found[id])
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].String() < out[j].String() })
	return out, nil
}

// walk calls add for the parts of a value that match the pattern. path are the keys
// to the value, without the indexes of lists.
func walk(p *pattern, v any, path []string, add func(v since, path []string)) {
	for _, r := range p.rules {
		if r.matches(v) {
			add(r, path)
		}
	}
	switch v := v.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			for _, step := range []string{k, "*"} {
				if next := p.below[step]; next != nil {
					walk(next, v[k], append(path[:len(path):len(path)], k), add)
				}
			}
		}
	case []any:
		if next := p.below["[]"]; next != nil {
			for _, x := range v {
				walk(next, x, path, add)
			}
		}
	}
}

func (s since) matches(v any) bool {
	if len(s.values) == 0 {
		return true
	}
	word, _ := v.(string)
	return slices.ContainsFunc(s.values, func(want string) bool {
		prefix, any := strings.CutSuffix(want, "*")
		return word == want || any && strings.HasPrefix(word, prefix)
	})
}

// Newer is the later one of two dotted versions; "" is earlier than any.
func Newer(a, b string) string {
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	for i := range max(len(x), len(y)) {
		m, n := part(x, i), part(y, i)
		if m != n {
			if m > n {
				return a
			}
			return b
		}
	}
	return a
}

func part(version []string, i int) int {
	if i >= len(version) {
		return 0
	}
	n, _ := strconv.Atoi(version[i])
	return n
}
