package kubernetes

import (
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner/deployment"
	"github.com/omegagen/omegagen/planner/deployment/script"
)

// secret makes the Secret of a secret where the cluster has none: it is created, never applied, so of two
// runs one makes it, and the other one uses that.
func (g *generator) secret(x *manifest.Secret) {
	title := "Store secret " + x.Name
	if _, ok := x.From.(*manifest.GeneratedSecret); ok {
		title = "Generate secret " + x.Name
	}
	g.add(manifest.Fact{Kind: manifest.SecretSet, Name: x.Name}, x.Origin, x.Cost,
		&deployment.Action{ID: "secret." + x.Name + ".make", Kind: secretMake, Title: title, Duration: x.Duration},
		script.Call([]string{"make_secret", x.Name, manifest.ObjectName(x.Name)}, deployment.Run),
		script.Call([]string{"secret_exists", x.Name, manifest.ObjectName(x.Name)}, deployment.Validate))
}

func secretOf(x *manifest.Secret) deployment.Observed {
	return deployment.Observed{Kind: deployment.ObservedSecret, Name: x.Name}
}
