package core

import (
	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/internal/kit"
)

// topKeys are the keys of a Compose file itself.
var topKeys = []lang.ComposeKey{
	{Key: "configs", Write: "compose = { configs = { … } }", Why: "An artifact that is mounted is a file of the kit, too."},
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

// secretKeys are those of an entry of `secrets`: deploy.sh makes each secret, a
// file in kit.SecretsDir.
var secretKeys = []lang.ComposeKey{
	{Key: "driver", Why: "Only a swarm has drivers of secrets."},
	{Key: "driver_opts", Why: "Only a swarm has drivers of secrets."},
	{Key: "environment", Why: "Every secret is a file that deploy.sh makes."},
	{Key: "external", Why: "Every secret is a file that deploy.sh makes."},
	{Key: "file", Why: "It is " + kit.SecretsDir + "/NAME, which deploy.sh makes."},
	{Key: "labels", Why: "Only a swarm keeps labels of secrets."},
	{Key: "name", Why: "Only a swarm keeps secrets by name."},
	{Key: "template_driver", Why: "Only a swarm has drivers of secrets."},
}

// resourceKeys are those of an entry of `networks` or `volumes`.
var resourceKeys = []lang.ComposeKey{
	{Key: "external.name", Write: "name = …"},
}
