package planning

import "github.com/omegagen/omegagen/hcl/diag"

// The rules of states, actions and goals. Those of the expressions in them are
// in planexpr (OG210 to OG224).
var (
	ruleStateType = diag.Error("OG230", "Invalid state type",
		"A state is a bool, a string, a number or a set(string), written as a keyword without quotes; a derived state is always a bool.")
	ruleDerived = diag.Error("OG231", "Derived state with its own value",
		"A derived state follows from other states, so it can't have a type, an initial value or bounds.")
	ruleStateBounds = diag.Error("OG232", "Invalid state bounds",
		"min and max are allowed only for states of type number, and min must not be greater than max.")
	ruleInitial = diag.Error("OG233", "Initial value out of bounds",
		"The initial value of a state must lie between its min and max.")
	ruleCycle = diag.Error("OG234", "Cycle of derived states and goals",
		"A derived state or a goal can't depend on itself. The chain is listed.")
	ruleDependsCycle = diag.Error("OG235", "Dependency cycle of actions",
		"depends_on requires that another action is done before. The actions of a cycle could never run.")

	ruleCost = diag.Error("OG240", "Invalid cost",
		"Costs are exact decimals and not negative, because a search over negative costs has no optimum.")
	ruleEffectBounds = diag.Warning("OG241", "Effect out of bounds",
		"An effect outside min…max makes the action inapplicable, so an action that always has such an effect is useless.")
	ruleFixedFact = diag.Error("OG242", "Fact that actions can't set",
		"action.N.done becomes true when the action is done, and is never undone.")
	ruleAchieveDestroy = diag.Error("OG243", "Fact both achieved and destroyed",
		"After an action a fact is either true or false.")
	ruleImpossibleFact = diag.Error("OG244", "Unachievable fact",
		"service.N.healthy requires a healthcheck, and service.N.completed a one-shot service, unless an action achieves it.")
	ruleMeasure = diag.Error("OG245", "Measure without an effect",
		"`measure` reads the new value of a number from the output of `run`, so the action must have `run`, and an effect on that state that is a constant number or bound to compare with.")
	ruleUses = diag.Error("OG247", "Resource capacity exceeded",
		"An action that uses more of a resource than its capacity could never run.")
	ruleCapacity = diag.Error("OG248", "Invalid resource amount",
		"Capacities and amounts must be whole numbers and not negative.")
	ruleTool = diag.Error("OG249", "Invalid tool",
		"A tool is the name of a program, with an optional version constraint: \"docker >= 24\".")
	ruleEnvName = diag.Error("OG250", "Invalid environment variable name",
		"Names of environment variables consist of letters, digits and underscores, and don't start with a digit.")
	ruleAttempts = diag.Error("OG251", "Invalid retries, backoff or timeout",
		"retries, backoff and timeout must not be negative.")
	ruleNoScript = diag.Error("OG252", "Argument without its script",
		"skip_when_valid requires validate; retries, timeout and measure require run.")

	ruleInput = diag.Error("OG253", "Invalid input of an action",
		"inputs lists the files and folders that an action reads, each once: when one of them changes, the action is done again.")

	ruleNoDefault = diag.Error("OG255", "No default goal",
		"With several goals, one must have `default = true` or the label \"default\".")
	ruleTwoDefaults = diag.Error("OG256", "Several default goals",
		"At most one goal can have `default = true`.")
	ruleEmptyGoal = diag.Error("OG257", "Empty goal",
		"A goal must have a condition, a list of actions to include, or both.")
	ruleParallel = diag.Error("OG258", "Parallel block with fewer than two actions",
		"`parallel` asserts that actions can run in parallel, so it must list at least two different ones.")
	ruleParallelFalse = diag.Error("OG259", "False parallel assertion",
		"Two actions can't run in parallel if one depends on the other, or if one writes what the other reads or writes, unless the writes commute.")
)
