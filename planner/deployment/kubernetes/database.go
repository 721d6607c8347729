package kubernetes

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/quote"
	"github.com/omegagen/omegagen/planner/deployment"
	"github.com/omegagen/omegagen/planner/deployment/docker/psql"
	"github.com/omegagen/omegagen/planner/deployment/script"
)

// applyTimeout is for a change of a schema, which waits for locks and builds indexes.
const applyTimeout = 6 * time.Hour

// Pod is how kubectl finds the pod of a service's first replica: by the Service that has it.
func Pod(s *manifest.Service) string {
	if len(s.Instances) > 1 {
		return "service/" + manifest.ObjectName(s.Instances[0].Name)
	}
	return "service/" + manifest.ObjectName(s.Name)
}

// apply changes a database to its schema, by psql in the server's pod.
func (g *generator) apply(d *manifest.Database) {
	if d.Service == nil || len(d.Service.Instances) == 0 {
		return // reported already
	}
	needs := needing{of: d.Origin}
	up := d.Service.Up()
	needs.fact(up.Kind, up.Name)
	for _, r := range d.Roles {
		for _, x := range []*manifest.Secret{r.Password, r.User} {
			if x != nil {
				needs.Add(manifest.FactRef{Fact: manifest.Fact{Kind: manifest.SecretSet, Name: x.Name}, Range: r.Range})
			}
		}
	}
	run := &databaseScript{}
	run.create(d)
	run.Printf("%s\n", run.Words("sh", kit.DeploySchemaPath, "apply", Pod(d.Service), d.User, d.DBName, strconv.Itoa(cmp.Or(d.Port, 5432)), d.File))
	if parts := psql.Passwords(d); parts != nil {
		run.Printf("\n# the roles' passwords, through standard input\n")
		run.secretly(run.psql(d, d.DBName), parts)
	}
	g.add(manifest.Fact{Kind: manifest.DatabaseApplied, Name: d.Name}, d.Origin, d.Cost,
		&deployment.Action{ID: "database." + d.Name + ".apply", Kind: databaseApply, Title: "Apply the schema of database " + d.Name,
			Duration: d.Duration, Needs: needs.List, Timeout: applyTimeout},
		run.Part(deployment.Run))
}

// databaseScript is a script that sends SQL to the server of a database.
type databaseScript struct{ script.Script }

// psql is psql in the pod, over standard input.
func (s *databaseScript) psql(d *manifest.Database, name string) string {
	words := []string{"exec", "-i", Pod(d.Service), "--", "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1"}
	if d.Port != 0 && d.Port != 5432 {
		words = append(words, "-p", fmt.Sprint(d.Port))
	}
	return "$KUBECTL " + s.Words(append(words, "-U", d.User, "-d", name)...)
}

// create creates a database that the server doesn't create by itself.
func (s *databaseScript) create(d *manifest.Database) {
	server, ok := d.Server()
	if !ok || d.DBName == server.Database || d.DBName == "postgres" {
		return
	}
	create := s.Quoted(quote.SQLLiteral("CREATE DATABASE " + s.Quoted(quote.SQLIdent(d.DBName))))
	operator, lines := s.Heredoc(fmt.Sprintf("SELECT %s\nWHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = %s) \\gexec\n",
		create, s.Quoted(quote.SQLLiteral(d.DBName))))
	s.Printf("# the server creates one database by itself, and this is a different one\n%s -f - %s\n%s\n", s.psql(d, "postgres"), operator, lines)
}

// secretly runs a script with secrets, which are read from the cluster and never stand in an argument.
func (s *databaseScript) secretly(command string, parts []psql.Part) {
	var head, body strings.Builder
	var seen []*manifest.Secret
	for _, p := range parts {
		x := p.Secret
		if x == nil {
			operator, lines := s.Heredoc(p.Text)
			fmt.Fprintf(&body, "    cat %s\n%s", operator, lines)
			continue
		}
		name := s.Words(manifest.ObjectName(x.Name))
		if !slices.Contains(seen, x) {
			seen = append(seen, x)
			fmt.Fprintf(&head, "$KUBECTL get secret %s -o name >/dev/null\n", name)
		}
		template := s.Words("go-template={{index .data " + strconv.Quote(x.Name) + " | base64decode}}")
		fmt.Fprintf(&body, "    $KUBECTL get secret %s -o %s\n    echo\n", name, template)
	}
	s.Printf("%s{\n%s} | %s -f -\n", head.String(), body.String(), command)
}

// passwords are the secrets that the roles of a database log in with.
func passwords(d *manifest.Database) []deployment.Observed {
	var out []deployment.Observed
	secrets := []*manifest.Secret{d.OwnPassword()}
	for _, r := range d.Roles {
		secrets = append(secrets, r.Password, r.User)
	}
	for _, x := range secrets {
		if x != nil && !slices.Contains(out, secretOf(x)) {
			out = append(out, secretOf(x))
		}
	}
	return out
}
