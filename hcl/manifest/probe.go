package manifest

import (
	"math/big"

	"github.com/hashicorp/hcl/v2"
)

// Probe is what a criterion observes, from the host. The types below are all there are: a switch over
// them names each. A probe of a replicated service must succeed for each replica.
type Probe interface{ probe() }

type (
	// HTTPProbe is an HTTP request to a published port.
	HTTPProbe struct {
		Endpoint
		Range    hcl.Range
		Path     string
		Method   string // default GET
		Headers  []KeyValue
		Body     string
		Status   int         // expected
		JSON     []JSONField // expected fields
		Contains string      // expected text in the body
	}
	// TCPProbe is a connection to a published port.
	TCPProbe struct {
		Endpoint
		Range hcl.Range
	}
	// GRPCProbe calls the gRPC health service, or server reflection if List is set.
	GRPCProbe struct {
		Endpoint
		Range         hcl.Range
		HealthService string   // name for grpc.health.v1.Health/Check
		List          []string // services that reflection must list, sorted
	}
	// SQLProbe is a query, run by psql inside the database's container.
	SQLProbe struct {
		Range    hcl.Range
		Database *Database
		Query    string
		At       hcl.Range // of the query
		Answer
	}
	// PromQLProbe is an expression, evaluated by the declared Prometheus.
	PromQLProbe struct {
		Range hcl.Range
		Expr  string
		At    hcl.Range // of the expression
		Answer
	}
	// ContainerProbe is the state of a service's containers.
	ContainerProbe struct {
		Range   hcl.Range
		Service *Service
		State   string // running | exited | …, "" any
		Health  string // healthy | …, "" any
		Count   *int   // how many instances; nil: all
	}
	// CommandProbe is a custom script, run on the host.
	CommandProbe struct {
		Range   hcl.Range
		Run     Text
		Shell   string
		Env     []EnvVar
		Workdir string
		Tools   []Tool
		Status  int     // expected exit status
		Equals  *string // expected output
		Matches string  // POSIX extended regular expression
	}
)

func (*HTTPProbe) probe()      {}
func (*TCPProbe) probe()       {}
func (*GRPCProbe) probe()      {}
func (*SQLProbe) probe()       {}
func (*PromQLProbe) probe()    {}
func (*ContainerProbe) probe() {}
func (*CommandProbe) probe()   {}

// Endpoint is a published port of a service.
type Endpoint struct {
	Service *Service
	Port    string // its name
}

// Answer is the expected result of a query. Without any part, there must only be one.
type Answer struct {
	Equals   *string // expected text
	Min, Max *big.Rat
}

// JSONField is one expected field of a JSON body.
type JSONField struct {
	Path  []string // keys from the root
	Value any      // as Passthrough.Value: a scalar
}
