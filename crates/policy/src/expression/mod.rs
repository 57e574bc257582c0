//! A condition compiled to DataFusion's physical expressions, and evaluated without failing.
//!
//! An expression is coerced and simplified before it is compiled (the engine's `coalesce` exists only
//! after that), and its arithmetic is made to fail on overflow instead of wrapping around.
//!
//! What a row gets must not depend on the other rows of its batch. The engine evaluates the right side
//! of an AND on some rows only, depending on the left side, so a failure in a batch proves nothing about
//! a row: then each row is evaluated alone, and that answer counts. The converse holds by the engine's
//! rules: it skips a row in a batch only if it would skip it alone, so a batch without a failure has none
//! row by row either.

mod lower;
mod needs;

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch};
use arrow::buffer::BooleanBuffer;
use arrow::datatypes::{DataType, Int64Type, SchemaRef};
use datafusion_common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion_common::{DFSchema, DataFusionError, ScalarValue};
use datafusion_expr::execution_props::ExecutionProps;
use datafusion_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion_expr::simplify::SimplifyContext;
use datafusion_expr::{ColumnarValue, Expr, Operator};
use datafusion_optimizer::simplify_expressions::ExprSimplifier;
use datafusion_physical_expr::expressions::BinaryExpr;
use datafusion_physical_expr::{PhysicalExpr, create_physical_expr};

pub(crate) use lower::{case, lower};
pub(crate) use needs::needs;

/// Compiles against one schema.
pub(crate) struct Compiler {
    schema: Arc<DFSchema>,
    simplifier: ExprSimplifier,
}

impl Compiler {
    pub(crate) fn new(schema: &SchemaRef) -> Result<Self, DataFusionError> {
        let schema = Arc::new(DFSchema::try_from(Arc::clone(schema))?);
        let context = SimplifyContext::builder().with_schema(Arc::clone(&schema)).build();
        Ok(Self { schema, simplifier: ExprSimplifier::new(context) })
    }

    pub(crate) fn compile(&self, expr: Expr) -> Result<Compiled, DataFusionError> {
        let expr = self.simplifier.coerce(expr, &self.schema)?;
        let expr = self.simplifier.simplify(expr)?;
        let constant = match &expr {
            Expr::Literal(value, _) => Some(value.clone()),
            _ => None,
        };
        let props = ExecutionProps::new();
        let physical = create_physical_expr(&expr, &self.schema, &props, &PhysicalPlanningContext::default())?;
        Ok(Compiled { physical: checked(physical)?, constant })
    }
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

/// A compiled expression.
#[derive(Debug, Clone)]
pub(crate) struct Compiled {
    physical: Arc<dyn PhysicalExpr>,
    /// Its value if the simplifier found that it is always the same.
    pub(crate) constant: Option<ScalarValue>,
}

/// Rows for which an expression could not be computed.
pub(crate) type Failed = Vec<usize>;

impl Compiled {
    /// The rows for which a condition is true (not false, not null), or `None` if there is no such row.
    pub(crate) fn truths(&self, batch: &RecordBatch) -> (Option<BooleanBuffer>, Failed) {
        if let Ok(value) = self.physical.evaluate(batch)
            && let Ok(bits) = truths(value, batch.num_rows())
        {
            return (bits, Failed::new());
        }
        let (rows, failed) = self.row_by_row(batch, |value| Ok(truths(value, 1)?.is_some()));
        let bits = BooleanBuffer::from_iter(rows);
        (bits.has_true().then_some(bits), failed)
    }

    /// The numbers of an `Int64` expression, or `None` if they are all 0; null and failure count as 0.
    pub(crate) fn numbers(&self, batch: &RecordBatch) -> (Option<Int64Array>, Failed) {
        if let Ok(value) = self.physical.evaluate(batch)
            && let Ok(array) = numbers(value, batch.num_rows())
        {
            return (array, Failed::new());
        }
        let number = |value| Ok(numbers(value, 1)?.map_or(0, |array| array.value(0)));
        let (rows, failed) = self.row_by_row(batch, number);
        (Some(Int64Array::from(rows)), failed)
    }

    fn row_by_row<T: Default>(
        &self,
        batch: &RecordBatch,
        read: impl Fn(ColumnarValue) -> Result<T, DataFusionError>,
    ) -> (Vec<T>, Failed) {
        let mut failed = Failed::new();
        let mut row = |index| {
            let value = self.physical.evaluate(&batch.slice(index, 1)).and_then(&read);
            value.unwrap_or_else(|_| {
                failed.push(index);
                T::default()
            })
        };
        let rows = (0..batch.num_rows()).map(&mut row).collect();
        (rows, failed)
    }
}

fn truths(value: ColumnarValue, rows: usize) -> Result<Option<BooleanBuffer>, DataFusionError> {
    match value {
        ColumnarValue::Scalar(ScalarValue::Boolean(Some(true))) => Ok(Some(BooleanBuffer::new_set(rows))),
        ColumnarValue::Scalar(ScalarValue::Boolean(_) | ScalarValue::Null) => Ok(None),
        ColumnarValue::Scalar(other) => Err(mistyped(&other.data_type())),
        ColumnarValue::Array(array) => {
            let Some(array) = array.as_boolean_opt() else { return Err(mistyped(array.data_type())) };
            if !array.has_true() {
                return Ok(None);
            }
            let bits = match array.nulls() {
                Some(valid) => array.values() & valid.inner(),
                None => array.values().clone(),
            };
            Ok(Some(bits))
        }
    }
}

fn numbers(value: ColumnarValue, rows: usize) -> Result<Option<Int64Array>, DataFusionError> {
    match value {
        ColumnarValue::Scalar(ScalarValue::Int64(Some(number))) => {
            Ok((number != 0).then(|| Int64Array::from_value(number, rows)))
        }
        ColumnarValue::Scalar(ScalarValue::Int64(None) | ScalarValue::Null) => Ok(None),
        ColumnarValue::Scalar(other) => Err(mistyped(&other.data_type())),
        ColumnarValue::Array(array) => whole(&array),
    }
}

fn whole(array: &ArrayRef) -> Result<Option<Int64Array>, DataFusionError> {
    let Some(numbers) = array.as_primitive_opt::<Int64Type>() else { return Err(mistyped(array.data_type())) };
    if numbers.nulls().is_none() {
        return Ok(numbers.values().iter().any(|number| *number != 0).then(|| numbers.clone()));
    }
    let filled: Int64Array = numbers.iter().map(|number| Some(number.unwrap_or(0))).collect();
    whole(&(Arc::new(filled) as ArrayRef))
}

fn mistyped(found: &DataType) -> DataFusionError {
    DataFusionError::Internal(format!("unexpected result type {found}"))
}
