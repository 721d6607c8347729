package compose

import "github.com/omegagen/omegagen/hcl/diag"

var (
	ruleProjectName = diag.Error("OG400", "The system's name can't name a Compose project",
		"Compose names its project after the system. A project's name is made of lower-case letters, digits, hyphens and underscores, and begins with a letter or digit; upper-case letters are lowered, but something must be left.")
	ruleName = diag.Error("OG401", "A name that the engine refuses",
		"Names of containers, volumes and networks begin with a letter or digit, followed by at least one letter, digit, underscore, full stop or hyphen. Names of Compose services are made of the same characters.")
	ruleText = diag.Error("OG402", "A value that a container can't be given",
		"Arguments and environment variables of a process end at the character U+0000, and the name of a variable at the first equals sign.")
	ruleProfile = diag.Error("OG403", "A dependency outside the service's profiles",
		"A service depends on another one that Compose leaves out when only the first one's profiles are on. Compose refuses such a file.")
	ruleTarget = diag.Error("OG404", "Two mounts on one path",
		"A path in a container holds one mount.")
	rulePort = diag.Error("OG405", "Two services publish the same port of the host",
		"A port of one address of the host belongs to one container. Replicas need ports of their own: `host = 8080 + replica.index`.")
	ruleContainer = diag.Error("OG406", "Two containers of one name",
		"A container's name is unique on its engine. Replicas need names of their own: `container_name = \"web-${replica.number}\"`.")
)
