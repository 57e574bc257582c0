//! The same rules in `zen-engine`.

use std::hint::black_box;

use anyhow::{Context as _, Result};
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

/// Times both of their ways, and compares what fires.
pub(crate) fn measure(rules: &[Rule], tables: &[RecordBatch], policy: &Policy, runs: usize) -> Result<Value> {
    let mut graph: GraphContent = serde_json::from_value(table(rules)).context("the decision table is refused")?;
    graph.compile();
    let decision = Decision::from(graph);
    let rows: Vec<Value> =
        tables.iter().flat_map(|table| (0..table.num_rows()).map(|row| object(table, row))).collect();
    let ready: Vec<Variable> = rows.iter().map(|row| Variable::from(row.clone())).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let evaluate = |row: &Variable| runtime.block_on(decision.evaluate(row.clone()));
    let theirs: Vec<Vec<String>> = ready
        .iter()
        .map(|row| Ok(codes(&evaluate(row).map_err(|e| anyhow::anyhow!("{e}"))?.result.to_value())))
        .collect::<Result<_>>()?;
    let ours: Vec<Vec<String>> = tables.iter().flat_map(|table| fired(policy, table)).collect();
    let unequal = ours.iter().zip(&theirs).filter(|(a, b)| a != b).count();
    let by_table = repeat(runs, rows.len(), || ready.iter().for_each(|row| drop(black_box(evaluate(row)))));
    let (by_expression, unequal_expression) = expressions(rules, &ready, &ours, runs)?;
    Ok(json!({
        "version": "2.1.6",
        "decision_table": by_table.json(),
        "expressions": by_expression.json(),
        "rows_that_differ": unequal,
        "rows_that_differ_by_expression": unequal_expression,
        "rows_where_a_rule_fires": ours.iter().filter(|codes| !codes.is_empty()).count(),
    }))
}

/// Their fastest way: every condition compiled once and run on one machine, without the graph around it.
fn expressions(
    rules: &[Rule],
    ready: &[Variable],
    ours: &[Vec<String>],
    runs: usize,
) -> Result<(touchstone_benches::Measured, usize)> {
    let mut isolate = Isolate::new();
    let compiled: Vec<_> = rules
        .iter()
        .map(|rule| isolate.compile_standard(&rule.condition.whole).map_err(|e| anyhow::anyhow!("{}: {e}", rule.id)))
        .collect::<Result<_>>()?;
    let mut vm = VM::new();
    let mut unequal = 0;
    for (row, expected) in ready.iter().zip(ours) {
        let scope = Scope::new(row.clone());
        let mut found: Vec<String> = rules
            .iter()
            .zip(&compiled)
            .filter(|(_, expression)| holds(expression, &scope, &mut vm))
            .map(|(rule, _)| rule.id.clone())
            .collect();
        found.sort();
        unequal += usize::from(found != *expected);
    }
    let time = repeat(runs, ready.len(), || {
        for row in ready {
            let scope = Scope::new(row.clone());
            black_box(compiled.iter().filter(|expression| holds(expression, &scope, &mut vm)).count());
        }
    });
    Ok((time, unequal))
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
