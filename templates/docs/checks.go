package docs

import (
	"fmt"
	"math/big"
	"sort"
	"strconv"
	"strings"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/text"
)

// describe describes what a probe expects, for a table cell.
func describe(of *manifest.Criterion) string {
	switch c := of.Probe.(type) {
	case *manifest.HTTPProbe:
		method := c.Method
		if method == "" {
			method = "GET"
		}
		out := fmt.Sprintf("%s %s of %s returns %d", escaped(method), cellCode(c.Path), endpoint(c.Endpoint), c.Status)
		for _, f := range c.JSON {
			out += fmt.Sprintf(", %s is %s", cellCode(strings.Join(f.Path, ".")), cellCode(scalar(f.Value)))
		}
		if c.Contains != "" {
			out += ", contains " + cellCode(c.Contains)
		}
		return out
	case *manifest.TCPProbe:
		return endpoint(c.Endpoint) + " accepts connections"
	case *manifest.GRPCProbe:
		target := endpoint(c.Endpoint)
		if len(c.List) > 0 {
			return target + " lists " + cellCode(strings.Join(c.List, ", "))
		}
		if c.HealthService != "" {
			return target + " reports " + cellCode(c.HealthService) + " as SERVING"
		}
		return target + " reports SERVING"
	case *manifest.SQLProbe:
		return "[query](" + kit.CriterionScriptPath(of.Name, "sql") + ")" + expectation(c.Answer)
	case *manifest.PromQLProbe:
		return cellCode(c.Expr) + expectation(c.Answer)
	case *manifest.ContainerProbe:
		n, target := 0, ""
		if c.Service != nil {
			n, target = len(c.Service.Instances), cellCode(c.Service.Name)
		}
		if c.Count != nil {
			n = *c.Count
		}
		return fmt.Sprintf("%d of %s: %s", n, target, escaped(strings.TrimSpace(c.State+" "+c.Health)))
	case *manifest.CommandProbe:
		out := "[script](" + kit.CriterionScriptPath(of.Name, "sh") + ") exits with " + strconv.Itoa(c.Status)
		if c.Equals != nil {
			out += ", prints " + cellCode(*c.Equals)
		}
		if c.Matches != "" {
			out += ", matches " + cellCode(c.Matches)
		}
		return out
	case nil:
	}
	return ""
}

// endpoint names a port for a table cell.
func endpoint(e manifest.Endpoint) string {
	switch {
	case e.Service == nil:
		return ""
	case e.Port == "":
		return cellCode(e.Service.Name)
	}
	return cellCode(e.Service.Name + ":" + e.Port)
}

func expectation(c manifest.Answer) string {
	out := ""
	if c.Equals != nil {
		out += " is " + cellCode(*c.Equals)
	}
	if c.Min != nil {
		out += " is at least " + number(c.Min)
	}
	if c.Max != nil {
		out += " is at most " + number(c.Max)
	}
	return out
}

func scalar(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case *big.Rat:
		return text.Number(v)
	}
	return fmt.Sprint(v)
}

func (p *page) tools() []string {
	seen := map[string]bool{}
	var out []string
	add := func(tools []manifest.Tool) {
		for _, t := range tools {
			s := strings.TrimSpace(t.Name + " " + t.Constraint)
			if !seen[s] {
				seen[s] = true
				out = append(out, s)
			}
		}
	}
	for _, a := range p.m.Actions {
		add(a.Tools)
	}
	for _, c := range p.m.Criteria {
		if command, ok := c.Probe.(*manifest.CommandProbe); ok {
			add(command.Tools)
		}
	}
	for _, b := range p.m.Benchmarks {
		add(b.Tools)
	}
	sort.Strings(out)
	return out
}
