package planning

import "github.com/omegagen/omegagen/hcl/diag"

// The rules of states, actions and goals. Those of the expressions in them are
// in planexpr (OG210 to OG224).
var (
	ruleStateType = diag.Error("OG230", "Invalid type of a state",
		"A state is a bool, a string, a number or a set(string), written as a keyword without quotes; a derived one is always a bool.")
	ruleDerived = diag.Error("OG231", "Derived state with a value of its own",
		"A derived state follows from others, so it has no type, no initial value and no bounds of its own.")
	ruleStateBounds = diag.Error("OG232", "Invalid bounds of a state",
		"min and max are for states of type number, and min is not above max.")
	ruleInitial = diag.Error("OG233", "Initial value outside the bounds",
		"What a state is at first must lie between its min and max.")
	ruleCycle = diag.Error("OG234", "Cycle of derived states and goals",
		"A derived state or a goal can't follow from itself. The chain is listed.")
	ruleDependsCycle = diag.Error("OG235", "Actions that wait for each other",
		"depends_on demands that another action is done before. In a cycle none of the actions could ever run.")

	ruleCost = diag.Error("OG240", "Invalid cost",
		"Costs are exact decimals and not negative: a search over negative costs has no optimum.")
	ruleEffectBounds = diag.Warning("OG241", "Effect outside the bounds of its state",
		"An effect that would leave min…max makes the action inapplicable, so one that always does so makes it useless.")
	ruleFixedFact = diag.Error("OG242", "Fact that no action can set",
		"action.N.done becomes true when the action is done, and is never undone.")
	ruleAchieveDestroy = diag.Error("OG243", "Fact both achieved and destroyed",
		"After an action a fact is true or false, not both.")
	ruleImpossibleFact = diag.Error("OG244", "Fact that nothing can make true",
		"service.N.healthy needs a healthcheck, and service.N.completed a one-shot service, unless an action achieves it.")
	ruleMeasure = diag.Error("OG245", "Measure without an effect",
		"`measure` reads the new value of a number from the body's output, so the action must have a body, and an effect on that state that is a fixed number or bound to compare with.")
	ruleUses = diag.Error("OG247", "Use beyond the capacity of a resource",
		"An action that needs more of a resource than there is could never run.")
	ruleCapacity = diag.Error("OG248", "Invalid amount of a resource",
		"Capacities and amounts are whole numbers, not negative.")
	ruleTool = diag.Error("OG249", "Invalid tool",
		"A tool is the name of a program, with or without a demand on its version: \"docker >= 24\".")
	ruleEnvName = diag.Error("OG250", "Invalid name of an environment variable",
		"Names of environment variables are letters, digits and underscores, and begin with no digit.")
	ruleAttempts = diag.Error("OG251", "Invalid retries, backoff or timeout",
		"retries, backoff and timeout are not negative.")
	ruleNoScript = diag.Error("OG252", "Attribute without the script that it is about",
		"skip_when_valid needs validate; retries, timeout and measure need run.")

	ruleNoDefault = diag.Error("OG255", "No default goal",
		"With several goals, one has `default = true` or the label \"default\".")
	ruleTwoDefaults = diag.Error("OG256", "Several default goals",
		"At most one goal has `default = true`.")
	ruleEmptyGoal = diag.Error("OG257", "Goal that wants nothing",
		"A goal has a condition, a list of actions to include, or both.")
	ruleParallel = diag.Error("OG258", "Parallel block with fewer than two actions",
		"`parallel` asserts that actions may run side by side, so it lists at least two different ones.")
	ruleParallelFalse = diag.Error("OG259", "False claim that actions may run side by side",
		"Two actions may not overlap if one depends on the other, or if one writes what the other reads or writes, unless the writes commute.")
)
