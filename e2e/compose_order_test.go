package e2e_test

import (
	"maps"
	"testing"

	"github.com/compose-spec/compose-go/v2/types"
)

// What each service waits for, so that none starts before what it needs.
func TestCompose_servicesStartInTheOrderOfNeed(t *testing.T) {
	t.Parallel()
	tests := map[string]map[string]map[string]string{
		"development": {
			"postgres": {}, "telegram": {},
			"migrate": {"postgres": types.ServiceConditionHealthy},
			"site":    {"migrate": types.ServiceConditionCompletedSuccessfully, "telegram": types.ServiceConditionHealthy},
		},
		"real bot": {
			"postgres": {},
			"migrate":  {"postgres": types.ServiceConditionHealthy},
			"site":     {"migrate": types.ServiceConditionCompletedSuccessfully},
		},
	}
	for set, services := range tests {
		project := composeLoad(t, composeSets[set])
		for name, want := range services {
			got := make(map[string]string)
			for other, dependency := range project.Services[name].DependsOn {
				got[other] = dependency.Condition
			}
			if !maps.Equal(got, want) {
				t.Errorf("%s: service %s waits for %v, want %v", set, name, got, want)
			}
		}
	}
}

// A service that runs until it is stopped says whether it is well; the one that
// ends by itself must not be asked, although its image could be.
func TestCompose_eachServerHasAHealthCheck(t *testing.T) {
	t.Parallel()
	for set, files := range composeSets {
		for name, service := range composeLoad(t, files).Services {
			check := service.HealthCheck
			isChecked := check != nil && !check.Disable && len(check.Test) > 1
			if isChecked == (name == "migrate") || check == nil {
				t.Errorf("%s: service %s has the health check %+v", set, name, check)
			}
		}
	}
}
