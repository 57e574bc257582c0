//! One expression of the engine, over no more columns than it reads.

use std::sync::Arc;

use arrow::array::{Array, AsArray, BooleanArray, RecordBatch};
use arrow::buffer::BooleanBuffer;
use arrow::compute::filter_record_batch;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion_common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion_common::{DFSchema, DataFusionError, ScalarValue};
use datafusion_expr::execution_props::ExecutionProps;
use datafusion_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion_expr::simplify::SimplifyContext;
use datafusion_expr::{ColumnarValue, Expr, Operator};
use datafusion_optimizer::simplify_expressions::ExprSimplifier;
use datafusion_physical_expr::expressions::BinaryExpr;
use datafusion_physical_expr::{PhysicalExpr, create_physical_expr};

use super::cost::{DEAR, cost};
use super::{Failed, lower};
use crate::column::{Columns, SCORE};
use crate::condition::Node;
use crate::table::Table;

/// A compiled expression and the columns it reads.
#[derive(Debug)]
pub(super) struct Term {
    physical: Arc<dyn PhysicalExpr>,
    schema: SchemaRef,
    /// Positions of the schema's columns in the table.
    columns: Vec<usize>,
    dear: bool,
}

impl Term {
    /// Compiles a node; with it comes its value if that is always the same.
    pub(super) fn compile(node: &Node, columns: &Columns) -> Result<(Self, Option<ScalarValue>), DataFusionError> {
        let reads: Vec<usize> = node.reads().into_iter().collect();
        let schema = schema(&reads, columns);
        let expr = simplify(lower(node, columns), &schema)?;
        let constant = match &expr {
            Expr::Literal(value, _) => Some(value.clone()),
            _ => None,
        };
        let frame = DFSchema::try_from(Arc::clone(&schema))?;
        let props = ExecutionProps::new();
        let physical = create_physical_expr(&expr, &frame, &props, &PhysicalPlanningContext::default())?;
        let dear = cost(node) >= DEAR && !node.can_fail();
        Ok((Self { physical: checked(physical)?, schema, columns: reads, dear }, constant))
    }

    /// The rows of `left` (or all) for which it is true, or `None` if there is no such row.
    pub(super) fn truths(&self, table: &Table, left: Option<&BooleanBuffer>) -> (Option<BooleanBuffer>, Failed) {
        let Some(batch) = table.narrow(&self.schema, &self.columns) else {
            return (None, (0..table.rows).collect());
        };
        let few = left.filter(|left| self.dear && left.count_set_bits() * 8 <= table.rows);
        let found = match few {
            Some(left) => self.picked(&batch, left),
            None => self.evaluate(&batch).map(|found| both(found, left)),
        };
        match found {
            Ok(rows) => (rows, Failed::new()),
            Err(_) => self.row_by_row(&batch, left),
        }
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<Option<BooleanBuffer>, DataFusionError> {
        truths(self.physical.evaluate(batch)?, batch.num_rows())
    }

    /// Evaluates the rows that are left and nothing else.
    fn picked(&self, batch: &RecordBatch, left: &BooleanBuffer) -> Result<Option<BooleanBuffer>, DataFusionError> {
        let few = filter_record_batch(batch, &BooleanArray::new(left.clone(), None))?;
        let Some(found) = self.evaluate(&few)? else { return Ok(None) };
        let mut rows = vec![false; batch.num_rows()];
        for (row, found) in left.set_indices().zip(found.iter()) {
            rows[row] = found;
        }
        Ok(Some(BooleanBuffer::from(rows)))
    }

    fn row_by_row(&self, batch: &RecordBatch, left: Option<&BooleanBuffer>) -> (Option<BooleanBuffer>, Failed) {
        let mut failed = Failed::new();
        let mut row = |index| match self.evaluate(&batch.slice(index, 1)) {
            Ok(found) => found.is_some(),
            Err(_) => {
                failed.push(index);
                false
            }
        };
        let rows: BooleanBuffer = (0..batch.num_rows()).map(&mut row).collect();
        (both(rows.has_true().then_some(rows), left), failed)
    }
}

fn both(rows: Option<BooleanBuffer>, left: Option<&BooleanBuffer>) -> Option<BooleanBuffer> {
    let Some(left) = left else { return rows };
    rows.map(|rows| &rows & left).filter(BooleanBuffer::has_true)
}

/// The columns that are read, in their order; past the end is the score.
fn schema(reads: &[usize], columns: &Columns) -> SchemaRef {
    let field = |index: &usize| match columns.get(*index) {
        Some(column) => Field::new(&column.name, column.kind.data_type(), column.nullable),
        None => Field::new(SCORE, DataType::Int64, false),
    };
    Arc::new(Schema::new(reads.iter().map(field).collect::<Vec<_>>()))
}

fn simplify(expr: Expr, schema: &SchemaRef) -> Result<Expr, DataFusionError> {
    let schema = Arc::new(DFSchema::try_from(Arc::clone(schema))?);
    let context = SimplifyContext::builder().with_schema(Arc::clone(&schema)).build();
    let simplifier = ExprSimplifier::new(context);
    simplifier.simplify(simplifier.coerce(expr, &schema)?)
}

/// Makes `+`, `-` and `*` fail on overflow.
fn checked(expr: Arc<dyn PhysicalExpr>) -> Result<Arc<dyn PhysicalExpr>, DataFusionError> {
    let check = |node: Arc<dyn PhysicalExpr>| {
        let arithmetic = match node.downcast_ref::<BinaryExpr>() {
            Some(binary) if matches!(binary.op(), Operator::Plus | Operator::Minus | Operator::Multiply) => {
                binary.clone().with_fail_on_overflow(true)
            }
            _ => return Ok(Transformed::no(node)),
        };
        Ok(Transformed::yes(Arc::new(arithmetic) as Arc<dyn PhysicalExpr>))
    };
    expr.transform_up(check).data()
}

fn truths(value: ColumnarValue, rows: usize) -> Result<Option<BooleanBuffer>, DataFusionError> {
    match value {
        ColumnarValue::Scalar(ScalarValue::Boolean(Some(true))) => Ok(Some(BooleanBuffer::new_set(rows))),
        ColumnarValue::Scalar(ScalarValue::Boolean(_) | ScalarValue::Null) => Ok(None),
        ColumnarValue::Scalar(other) => Err(mistyped(&other.data_type())),
        ColumnarValue::Array(array) => {
            let Some(array) = array.as_boolean_opt() else { return Err(mistyped(array.data_type())) };
            let bits = match array.nulls() {
                Some(valid) => array.values() & valid.inner(),
                None => array.values().clone(),
            };
            Ok(bits.has_true().then_some(bits))
        }
    }
}

fn mistyped(found: &DataType) -> DataFusionError {
    DataFusionError::Internal(format!("unexpected result type {found}"))
}
