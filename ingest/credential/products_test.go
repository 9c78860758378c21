package credential

import "testing"

// TestProductPaths finds the credentials that only the paths of a product explain.
func TestProductPaths(t *testing.T) {
	s := newSynth(76)
	for token, texts := range map[string][]string{
		"a8KdQ2mZpL4xWcE": {"/s/{S}", "/index.php/s/{S}/download?path=%2F", "/public.php/dav/files/{S}/x.txt"}, "r4TkZ8wQmL": {"/api/push/{S}?status=up"},
		"q7rk2vxz9lmn4ptw": {"/rest/17/{S}/crm.lead.list"}, s.of(lowerHex, 63) + "7": {"/satellites/ztr/{S}", "/api/v2/ws/42/7/{S}"},
		s.of(alnum, 24) + "3x9": {"/api/v1/heartbeat/{S}", "/receiver/v1/http/{S}"}, "Va8" + s.of(alnum, 30) + "4x7q": {"/{S}", "/{S}?x=1"},
		s.of(alnum, 60) + "4x7Q": {"/dl?P1=1652718993&P2=404&P4={S}"}, s.of(lowerHex, 62) + "b2": {"/nagiosxi/ajaxhelper.php?cmd=x&nsp={S}"},
	} {
		testExact(t, token, targets(texts...))
	}
	testExact(t, "", targets("/s/project-overview", "/s/2026123112345678", "/rest/17/crm.lead.list", "/rest/api/documentation16", "/api/push/subscribers", "/files/a8KdQ2mZpL4xWcE",
		"/Meeting-Notes-"+s.of(lowerHex, 32), "/how-to-cook-rice-in-2026-without-a-rice-cooker", "/app."+s.of(lowerHex, 32)+".js", "/v2/app/blobs/"+s.of(lowerHex, 64),
		"/map?P4=1234&nsp=main", "/x/Va8"+s.of(alnum, 40)))
}
