// Package casdk asks the web API of the Carbon Aware SDK of the Green Software
// Foundation, which a user runs as a service of their own in front of a data
// source such as WattTime or Electricity Maps: now, the past and a forecast.
//
// Its answers do not say what they are: average or marginal, over the life
// cycle or at the stack, is a matter of the data source behind it. So the user
// says it, in [Config], and [New] refuses to guess. The SDK also drops which
// figures its source estimated; all of the past are taken for estimates.
//
// Zones are the names of locations as the SDK has them, such as "eastus"; its
// page /locations lists them.
package casdk
