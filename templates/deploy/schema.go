package deploy

import (
	"fmt"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// databases lists the databases for ./deploy.sh schema: container, port, file, user and
// name, separated by tabs.
func (s *script) databases() []string {
	var out []string
	for _, d := range s.m.Databases {
		if d.Service == nil || len(d.Service.Instances) == 0 {
			continue
		}
		out = append(out, fmt.Sprintf("%s\t%d\t%s\t%s\t%s", s.server(d), d.Port, d.File, d.User, d.DBName))
	}
	return out
}

// container is the container of a database's server.
func container(d *manifest.Database) string { return d.Service.Instances[0].ContainerName }
