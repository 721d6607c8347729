package core

import (
	"github.com/omegagen/omegagen/hcl/internal/lang"
)

// topKeys are the keys of a Compose file itself.
var topKeys = []lang.ComposeKey{
	{Key: "configs", Write: "compose = { configs = { … } }", Why: "A mounted artifact is also a file of the kit."},
	{Key: "include", Write: "compose = { include = […] }"},
	{Key: "jobs", Write: "compose = { jobs = { … } }"},
	{Key: "models", Write: "compose = { models = { … } }"},
	{Key: "name", Write: "the block's label"},
	{Key: "networks", Write: "a network block for each network"},
	{Key: "secrets", Write: "a secret block for each secret"},
	{Key: "services", Write: "a service block for each service"},
	{Key: "version", Why: "Compose warns that it is obsolete."},
	{Key: "volumes", Write: "a volume block for each volume"},
}

// secretKeys are those of an entry of `secrets`: deploy.sh stores each secret as a file in
// kit.SecretsDir.
var secretKeys = []lang.ComposeKey{
	{Key: "driver", Why: "Secret drivers exist only in swarm mode."},
	{Key: "driver_opts", Why: "Secret drivers exist only in swarm mode."},
	{Key: "environment", Write: "from = \"env\" and env = …", Why: "deploy.sh reads the variable, and stores the value in a file."},
	{Key: "external", Write: "from = \"file\" and file = \"PATH\"", Why: "Compose itself refuses external secrets outside swarm mode."},
	{Key: "labels", Why: "Labels of secrets exist only in swarm mode."},
	{Key: "name", Why: "Named secrets exist only in swarm mode."},
	{Key: "template_driver", Why: "Secret drivers exist only in swarm mode."},
}

// resourceKeys are those of an entry of `networks` or `volumes`.
var resourceKeys = []lang.ComposeKey{
	{Key: "external.name", Write: "name = …"},
}
