package lang

import "github.com/omegagen/omegagen/hcl/diag"

var (
	ruleRead = diag.Error("OG002", "Manifest can't be read",
		"The manifest is the *.hcl files of one folder. Each must be a readable, regular file (or a symbolic link to one inside the folder).").In(diag.StageRead)
	ruleEmpty = diag.Error("OG003", "No manifest in the folder",
		"A manifest needs at least one *.hcl file; *.vars.hcl files and subfolders are not part of it.").In(diag.StageRead)
	ruleSize = diag.Error("OG004", "Manifest too large",
		"The files of a manifest hold at most 64 MB together.").In(diag.StageRead)
	ruleDepth = diag.Error("OG005", "Nesting too deep",
		"Expressions and blocks nest at most a few hundred levels deep, so that no input can exhaust the stack.").In(diag.StageRead)
	ruleEncoding = diag.Error("OG006", "Not UTF-8",
		"Manifests are UTF-8 text without NUL bytes.").In(diag.StageRead)

	ruleUnknownBlock = diag.Error("OG010", "Unsupported block type",
		"Only the blocks of the language reference may stand in a manifest or in another block.").In(diag.StageStructure)
	ruleUnknownAttr = diag.Error("OG011", "Unsupported attribute",
		"A block holds the attributes of the language reference and no others.").In(diag.StageStructure)
	ruleMissingAttr = diag.Error("OG012", "Missing required attribute",
		"Some attributes have no sensible default and must be given.").In(diag.StageStructure)
	ruleLabels = diag.Error("OG013", "Wrong number of labels",
		"Each block type has a fixed number of labels.").In(diag.StageStructure)
	ruleLabelSyntax = diag.Error("OG014", "Invalid label",
		"Labels become names of services, files, states and facts, so their characters are limited.").In(diag.StageStructure)
	ruleDuplicate = diag.Error("OG015", "Duplicate definition",
		"What has a name is defined once. Both places are shown.").In(diag.StageStructure)
	ruleTooMany = diag.Error("OG016", "Too many blocks",
		"Some blocks may stand only once in a manifest or in their parent.").In(diag.StageStructure)
	ruleTooFew = diag.Error("OG017", "Missing block",
		"Some blocks must be there.").In(diag.StageStructure)
	ruleNotBlock = diag.Error("OG018", "Attribute written as a block, or the reverse",
		"A block is written NAME { … }, an attribute NAME = ….").In(diag.StageStructure)

	ruleUnknownRoot = diag.Error("OG020", "Unknown name in expression",
		"Expressions refer to what the manifest declares: var.x, local.x, service.x and so on.").In(diag.StageEvaluate)
	ruleUnknownRef = diag.Error("OG021", "Reference to something undeclared",
		"A reference must name a block that the manifest declares.").In(diag.StageEvaluate)
	ruleUnknownMember = diag.Error("OG022", "Reference to something that the block doesn't have",
		"A block exports a fixed set of values, and those of its nested blocks.").In(diag.StageEvaluate)
	ruleRefForm = diag.Error("OG023", "Incomplete or malformed reference",
		"A reference is KIND.name, or KIND.name[\"key\"] for a block with for_each.").In(diag.StageEvaluate)
	ruleCycle = diag.Error("OG024", "Reference cycle",
		"A value can't be computed from itself. The chain of references is listed.").In(diag.StageEvaluate)
	ruleWrongKind = diag.Error("OG025", "Wrong kind of reference",
		"An attribute that takes a reference says which kinds it takes.").In(diag.StageEvaluate)
	ruleUnavailable = diag.Error("OG026", "Value not available",
		"Some exported values exist only under conditions, such as a port that is the same for all replicas.").In(diag.StageEvaluate)
	ruleType = diag.Error("OG027", "Wrong type",
		"Each attribute has a type; only conversions that lose nothing are made.").In(diag.StageEvaluate)
	ruleValue = diag.Error("OG028", "Invalid value",
		"The value has the right type but not the right form.").In(diag.StageEvaluate)
	ruleEval = diag.Error("OG029", "Expression can't be evaluated",
		"Expressions are evaluated when the manifest is read: statically, and without side effects.").In(diag.StageEvaluate)
	rulePlanOnly = diag.Error("OG030", "State or fact outside a planning expression",
		"States and facts have values only while planning: in precondition, condition, derived and effects.").In(diag.StageEvaluate)
	ruleSecretUse = diag.Error("OG031", "Secret used where it can't be kept secret",
		"A secret's value exists only at deploy time. It may stand as ${secret.x} in scripts and in the environment, and in secret_env; nowhere else, and never inside a function or a condition.").In(diag.StageEvaluate)
	ruleSensitive = diag.Error("OG032", "Sensitive value would reach an artifact",
		"Nothing that depends on a variable marked sensitive may be written into a file of the kit. Declare a secret for what containers need; nonsensitive(…) says that a value derived from it may be shown.").In(diag.StageEvaluate)
	ruleForEach = diag.Error("OG033", "Invalid for_each",
		"for_each takes a map, or a set of strings. Its keys become parts of names.").In(diag.StageEvaluate)
	ruleRefText = diag.Error("OG034", "Block used as a value",
		"A reference to a whole block is no text or number; its exported attributes are, such as .name.").In(diag.StageEvaluate)
	ruleInternal = diag.Error("OG990", "The evaluator failed: a bug of omegagen",
		"An unexpected failure inside the expression evaluator. The manifest may be fine; please report it.").In(diag.StageOutput)
)

var (
	ruleUnknownVar = diag.Error("OG040", "Value for an undeclared variable",
		"--var and --var-file set variables that the manifest declares, and no others.").In(diag.StageEvaluate)
	ruleUnsetVar = diag.Error("OG041", "No value for a variable",
		"A variable without a default needs a value.").In(diag.StageEvaluate)
	ruleInvalidVar = diag.Error("OG042", "Invalid value for a variable",
		"The conditions in a variable's validation blocks hold for every value.").In(diag.StageEvaluate)
)
