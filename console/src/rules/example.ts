/** Where a new rule begins: everything that a rule must have, on a condition that is easily changed. */
import type { Schemas } from "../api/client";

export const NEW_RULE: Schemas["PolicyRule"] = {
  rule: "new_rule",
  outcome: "review",
  class: "counterfeit",
  severity: "medium",
  mode: "shadow",
  text: `schema = 1
outcome = "review"
class = "counterfeit"
severity = "medium"
# It is seen to fire, and changes nothing, until this says "enforce".
mode = "shadow"
when = """
brand_claimed IS NOT NULL AND replica_vocabulary = 'strong'
"""
evidence = ["replica_vocabulary"]
review = { listing = "live", hours = 24 }

[message]
en = "words of the replica trade beside {brand_claimed}"
zh = "{brand_claimed}旁出现仿品行业用语"

[seller]
en = "Say clearly whether the {brand_claimed} goods are genuine, and show where you bought them."
zh = "请明确说明{brand_claimed}商品是否为正品，并提供购买凭证。"
cure = "prove_purchase"

[[test]]
name = "fires on trade words beside a brand"
given = { brand_claimed = "gucci", replica_vocabulary = "strong" }
fires = true

[[test]]
name = "does not fire without a brand"
given = { replica_vocabulary = "strong" }
fires = false
`,
};
