package manifest

import (
	"time"
)

// Job is a scrape of targets that are no services of the manifest. Each of Static, DNS and Files finds some.
type Job struct {
	Origin
	Name              string
	Path              string
	Scheme            string
	Interval, Timeout time.Duration // 0: the server's
	HonorLabels       bool
	Params            []KeyValue // of the request's address
	Targets           []string
	Labels            []KeyValue // of Targets
	DNS               []*DNSTargets
	Files             []*FileTargets
	HTTP              *Settings // Prometheus's own keys of its HTTP client; nil: none
	Relabel           []*Relabel
	MetricRelabel     []*Relabel
	Exports           []Metric // sorted by name
	At                Ranges   // of arguments
}

// DNSTargets are the records of names.
type DNSTargets struct {
	Origin
	Names   []string
	Type    string // SRV | A | AAAA | MX | NS
	Port    int    // for records without one
	Refresh time.Duration
}

// FileTargets are lists of targets in files that the server sees.
type FileTargets struct {
	Origin
	Files   []string
	Refresh time.Duration
}

// Relabel is a step of relabelling; what isn't set is left to the server.
type Relabel struct {
	Origin
	SourceLabels []string
	Separator    *string
	Regex        string
	Modulus      int
	TargetLabel  string
	Replacement  *string
	Action       string
	At           Ranges // of arguments
}

// Flag is a flag of the server.
type Flag struct {
	Name  string // the argument's
	Words []string
	Since string // the version with which the flag came; "" before 2.0
}

// Secrets are those in the settings of scrapes and remote writes, each once, by name.
func (p *Prometheus) Secrets() []*Secret {
	var lists []*Settings
	for _, j := range p.Jobs {
		if j.HTTP != nil {
			lists = append(lists, j.HTTP)
		}
	}
	return secretsIn(append(lists, p.RemoteWrites...))
}
