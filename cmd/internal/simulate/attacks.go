package simulate

import "slices"

// attackScenarios returns the attacks, grouped by the kind of harm.
func attackScenarios() []scenario {
	return slices.Concat(
		exposureAttacks(), lifetimeAttacks(), placeAttacks(), noveltyAttacks(), volumeAttacks(), rangeAttacks(),
		listAttacks(),
	)
}

// Attacks returns the names of the attack classes, in order. Each is named as the rule that finds it.
func Attacks() []string { return names(attackScenarios()) }

func names(scenarios []scenario) (out []string) {
	for _, s := range scenarios {
		out = append(out, s.name)
	}
	return out
}

func attack(name, subject string, plan func(*campaign)) scenario {
	return scenario{name: name, rule: name, subject: subject, plan: plan}
}

// The calls that attacks make.
func readOrder() *endpoint   { return call("orders", "GET", "/v1/orders/{id}") }
func listOrders() *endpoint  { return call("orders", "GET", "/v1/orders") }
func dropOrder() *endpoint   { return call("orders", "DELETE", "/v1/orders/{id}") }
func readUser() *endpoint    { return call("customers", "GET", "/v1/customers/{id}") }
func listUsers() *endpoint   { return call("admin", "GET", "/v1/admin/users") }
func makeKey() *endpoint     { return call("admin", "POST", "/v1/admin/keys") }
func exportUsers() *endpoint { return call("admin", "GET", "/v1/admin/export") }
func logout() *endpoint      { return call("logout", "POST", "/v1/logout") }

// call returns an endpoint of the service api.
func call(group, method, template string) *endpoint {
	return serviceNamed("api").find(group, func(e *endpoint) bool { return e.method == method && e.template == template })
}

// once returns a fill that sets the same for each shot.
func once(set shot) func(int, *shot) {
	return func(_ int, s *shot) {
		holder := s.holder
		*s = set
		s.holder = holder
	}
}
