//! The same rules in `zen-engine`.

use std::hint::black_box;

use anyhow::{Context as _, Result, ensure};
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Int64Type};
use serde_json::{Map, Value, json};
use touchstone_benches::repeat;
use touchstone_policy::Policy;
use zen_engine::Decision;
use zen_engine::model::GraphContent;
use zen_expression::Isolate;
use zen_expression::expression::{Expression, Standard};
use zen_expression::scope::Scope;
use zen_expression::variable::Variable;
use zen_expression::vm::VM;

use crate::Rule;

/// The rules in both of their ways, and the rows as they take them.
pub(crate) struct Rules<'r> {
    rules: &'r [Rule],
    /// As one decision table in a graph.
    decision: Decision,
    /// Their fastest way: every condition compiled once, without the graph around it.
    compiled: Vec<Expression<Standard>>,
    rows: Vec<Variable>,
    runtime: tokio::runtime::Runtime,
}

impl<'r> Rules<'r> {
    pub(crate) fn new(rules: &'r [Rule], tables: &[RecordBatch]) -> Result<Self> {
        let mut graph: GraphContent = serde_json::from_value(table(rules)).context("the decision table is refused")?;
        graph.compile();
        let mut isolate = Isolate::new();
        let mut compile = |rule: &Rule| {
            isolate.compile_standard(&rule.condition.whole).map_err(|e| anyhow::anyhow!("{}: {e}", rule.id))
        };
        let objects = tables.iter().flat_map(|table| (0..table.num_rows()).map(|row| object(table, row)));
        Ok(Self {
            rules,
            decision: Decision::from(graph),
            compiled: rules.iter().map(&mut compile).collect::<Result<_>>()?,
            rows: objects.map(Variable::from).collect(),
            runtime: tokio::runtime::Builder::new_current_thread().build()?,
        })
    }

    /// Compares what fires in every row, both ways; in how many rows anything does.
    ///
    /// # Errors
    /// The first row in which something else fires.
    pub(crate) fn must_agree(&self, policy: &Policy, tables: &[RecordBatch]) -> Result<usize> {
        let mut vm = VM::new();
        let ours: Vec<Vec<String>> = tables.iter().flat_map(|table| fired(policy, table)).collect();
        for (at, (row, ours)) in self.rows.iter().zip(&ours).enumerate() {
            let by_table = codes(&self.evaluate(row)?.to_value());
            let by_expression = self.by_expression(row, &mut vm);
            ensure!(*ours == by_table && *ours == by_expression, "row {at}: {ours:?}, {by_table:?}, {by_expression:?}");
        }
        Ok(ours.iter().filter(|codes| !codes.is_empty()).count())
    }

    /// Times both ways.
    pub(crate) fn measure(&self, runs: usize) -> Value {
        let by_table =
            repeat(runs, self.rows.len(), || self.rows.iter().for_each(|row| drop(black_box(self.evaluate(row)))));
        let mut vm = VM::new();
        let by_expression = repeat(runs, self.rows.len(), || {
            for row in &self.rows {
                let scope = Scope::new(row.clone());
                black_box(self.compiled.iter().filter(|expression| holds(expression, &scope, &mut vm)).count());
            }
        });
        json!({ "version": "2.1.6", "decision_table": by_table.json(), "expressions": by_expression.json() })
    }

    fn evaluate(&self, row: &Variable) -> Result<Variable> {
        let response = self.runtime.block_on(self.decision.evaluate(row.clone()));
        response.map(|response| response.result).map_err(|error| anyhow::anyhow!("{error}"))
    }

    fn by_expression(&self, row: &Variable, vm: &mut VM) -> Vec<String> {
        let scope = Scope::new(row.clone());
        let holding = self.rules.iter().zip(&self.compiled).filter(|(_, expression)| holds(expression, &scope, vm));
        let mut found: Vec<String> = holding.map(|(rule, _)| rule.id.clone()).collect();
        found.sort();
        found
    }
}

fn holds(expression: &Expression<Standard>, scope: &Scope, vm: &mut VM) -> bool {
    expression.evaluate_with_scope(scope, vm).ok().and_then(|value| value.as_bool()).unwrap_or(false)
}

/// Ids of the rules that fire in each row, sorted.
fn fired(policy: &Policy, table: &RecordBatch) -> Vec<Vec<String>> {
    let evaluation = policy.evaluate(table);
    let sorted = |row: touchstone_policy::Row<'_>| {
        let mut ids: Vec<String> = row.fired().map(|rule| rule.id.clone()).collect();
        ids.sort();
        ids
    };
    evaluation.rows().map(sorted).collect()
}

fn codes(result: &Value) -> Vec<String> {
    let mut codes: Vec<String> =
        result.as_array().into_iter().flatten().filter_map(|hit| hit["code"].as_str().map(str::to_owned)).collect();
    codes.sort();
    codes
}

/// One row as the object that the engine takes; what is not seen is null.
fn object(table: &RecordBatch, row: usize) -> Value {
    let value = |array: &dyn Array| -> Value {
        match array.data_type() {
            _ if array.is_null(row) => Value::Null,
            DataType::Boolean => array.as_boolean().value(row).into(),
            DataType::Int64 => array.as_primitive::<Int64Type>().value(row).into(),
            _ => array.as_string::<i32>().value(row).into(),
        }
    };
    let fields = table.schema_ref().fields().iter().zip(table.columns());
    Value::Object(fields.map(|(field, array)| (field.name().clone(), value(array))).collect::<Map<_, _>>())
}

/// The rules as one decision table that collects every hit.
fn table(rules: &[Rule]) -> Value {
    let mut columns: Vec<&str> =
        rules.iter().flat_map(|rule| rule.condition.cells.keys().map(String::as_str)).collect();
    columns.sort_unstable();
    columns.dedup();
    let mut inputs: Vec<Value> =
        columns.iter().map(|name| json!({ "id": format!("in_{name}"), "name": name, "field": name })).collect();
    inputs.push(json!({ "id": "free", "name": "free" }));
    let lines: Vec<Value> = rules.iter().map(line).collect();
    let content = json!({ "hitPolicy": "collect", "inputs": inputs, "outputs": [{ "id": "out", "name": "code", "field": "code" }], "rules": lines });
    json!({
        "nodes": [
            { "id": "request", "type": "inputNode", "name": "request", "content": {} },
            { "id": "rules", "type": "decisionTableNode", "name": "rules", "content": content },
            { "id": "response", "type": "outputNode", "name": "response", "content": {} },
        ],
        "edges": [
            { "id": "e1", "sourceId": "request", "targetId": "rules" },
            { "id": "e2", "sourceId": "rules", "targetId": "response" },
        ],
    })
}

fn line(rule: &Rule) -> Value {
    let mut line: Map<String, Value> =
        rule.condition.cells.iter().map(|(column, cell)| (format!("in_{column}"), indexed(cell).into())).collect();
    line.insert("_id".into(), rule.id.clone().into());
    line.insert("free".into(), rule.condition.free.clone().into());
    line.insert("out".into(), format!("\"{}\"", rule.id).into());
    Value::Object(line)
}

/// A test for one value is written as that value, which the engine's index of the table understands.
fn indexed(cell: &str) -> &str {
    match cell.strip_prefix("$ == ") {
        Some(value) if value != "null" && !value.contains(" and ") => value,
        _ => cell,
    }
}
