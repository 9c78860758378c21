package condition

import (
	"net/netip"

	"github.com/expr-lang/expr/ast"

	"github.com/tokenwarden/tokenwarden/rules"
	"github.com/tokenwarden/tokenwarden/rules/lists"
)

// within compiles within(event.client_ip, "192.0.2.0/24", "2001:db8::1"): the address is in one of the networks.
func (c *compiler) within(n *ast.CallNode) (FlagFunc, error) {
	if name := pathOf(n.Callee); name != "within" {
		return nil, errorAt(n, "function %s is not supported in a condition%s", name,
			rules.DidYouMean(name, []string{"any", "all", "none", "len", "lower", "within"}))
	}
	if len(n.Arguments) < 2 || pathOf(n.Arguments[0]) != "event.client_ip" {
		return nil, errorAt(n, "within wants event.client_ip and networks in quotes")
	}
	var nets []netip.Prefix
	for _, arg := range n.Arguments[1:] {
		text, ok := arg.(*ast.StringNode)
		if !ok {
			return nil, errorAt(arg, "want a network in quotes")
		}
		p, ok := lists.ParsePrefix(text.Value)
		if !ok {
			return nil, errorAt(arg, "%q: want a network such as 192.0.2.0/24 or an address", text.Value)
		}
		nets = append(nets, p)
	}
	return func(x *Env) bool {
		ip := x.Event.ClientIP.Unmap().WithZone("")
		for _, p := range nets {
			if p.Contains(ip) {
				return true
			}
		}
		return false
	}, nil
}
