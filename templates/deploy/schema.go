package deploy

import "fmt"

// databases lists the databases for ./deploy.sh schema: container, port, file, user and
// name, separated by tabs.
func (s *script) databases() []string {
	var out []string
	for _, d := range s.m.Databases {
		if d.Service == nil || len(d.Service.Instances) == 0 {
			continue
		}
		out = append(out, fmt.Sprintf("%s\t%d\t%s\t%s\t%s", d.Service.Instances[0].ContainerName, d.Port, d.File, d.User, d.DBName))
	}
	return out
}
