package credential

import (
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// TestNamesAroundStrings reads the name of a string of JSON from the objects and arrays around it.
func TestNamesAroundStrings(t *testing.T) {
	body := func(name, text string) placeOf { return placeOf{name, record.KindText, "request_body", text} }
	checkPlaces(t, "birnbaum4", []placeOf{
		body("pair", `{"k":"password","v":"§"}`),
		body("pair, value first", `{"v":"§","k":"password"}`),
		body("pair, capitals", `[{"Key":"A","Value":"b"},{"Key":"DB_PASSWORD","Value":"§"}]`),
		body("pair, other members", `{"attribute":"password","oldValue":"a","newValue":"§"}`),
		body("field and content", `{"field":"password","content":"§"}`),
		body("patch", `[{"op":"replace","path":"/db/0/apiKey","value":"§"}]`),
		body("typed value", `{"key":"password","value":{"stringValue":"§"}}`),
		body("typed values", `{"key":"x-api-key","value":{"arrayValue":{"values":[{"stringValue":"§"}]}}}`),
		body("item", `{"Item":{"password":{"S":"§"}}}`),
		body("document", `{"fields":{"password":{"stringValue":"§"}}}`),
		body("table", `{"columns":["id","password"],"rows":[[1,"§"],[2,"§b"]]}`),
		body("row", `{"fields":["user","password"],"values":["amy","§"]}`),
		body("object of credentials", `{"credentials":{"shop":"§"}}`),
		body("object of secrets", `{"secrets":{"db":"§"},"page":2}`),
		body("object of tokens", `{"tokens":{"ci":"§"}}`),
		body("user and password", `{"basicAuth":"amy:§"}`),

		body("other pair", `{"k":"page","v":"birnbaum4"}`),
		body("other patch", `[{"op":"replace","path":"/title","value":"birnbaum4"}]`),
		body("kinds of nodes", `{"type":"token","text":"birnbaum4"}`),
		body("labels of a form", `{"id":"password","label":"Password","placeholder":"your password"}`),
		body("other table", `{"columns":["id","page"],"rows":[[1,"birnbaum4"]]}`),
		body("column before", `{"columns":["password","id"],"order":["birnbaum4"]}`),
		body("description of credentials", `{"credentials":{"type":"basic2","user":"birnbaum4","region":"eu-west-1"}}`),
		body("behind credentials", `{"secrets":{"type":"vault2"},"page":"birnbaum4"}`),
		body("token of a ledger", `{"token":{"symbol":"ETH2","decimals":18}}`),
		body("counts", `{"tokens":{"input":120,"output":48}}`),
	})
}
