// The list of the product: sorted by its columns, chosen by check boxes, driven by the keyboard, and drawn only where it
// is looked at, so that thousands of rows cost what a screenful does.
import { Checkbox, mergeClasses } from '@fluentui/react-components';
import { ArrowDownRegular, ArrowUpRegular } from '@fluentui/react-icons';
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { rowHeight, useDataTableStyles } from './data-table-styles.ts';
import { nextSort, sortRows, type Sort, type SortValue } from './sort-rows.ts';

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** A track of the grid, for example `minmax(120px, 2fr)`. */
  readonly width: string;
  readonly render: (row: Row) => ReactNode;
  /** Absent: the column cannot be sorted by. */
  readonly sortBy?: (row: Row) => SortValue;
  readonly isNumeric?: boolean;
}

export interface Selection<Row> {
  readonly chosen: ReadonlySet<string>;
  readonly onChange: (chosen: ReadonlySet<string>) => void;
  /** False: the row has no check box. */
  readonly canChoose?: (row: Row) => boolean;
}

export interface DataTableProps<Row> {
  /** What it is a list of. */
  readonly label: string;
  readonly rows: readonly Row[];
  readonly idOf: (row: Row) => string;
  readonly nameOf: (row: Row) => string;
  readonly columns: readonly Column<Row>[];
  readonly initialSort?: Sort;
  readonly selection?: Selection<Row>;
  /** The row whose details are open. */
  readonly openId?: string | undefined;
  readonly onOpen?: (row: Row) => void;
  /** In place of rows, when there are none. */
  readonly empty: ReactNode;
}

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, rows, idOf, columns, selection, onOpen, openId, initialSort } = props;
  const styles = useDataTableStyles();
  const [sort, setSort] = useState<Sort | undefined>(initialSort);
  const sorted = useMemo(() => {
    const column = columns.find((candidate) => candidate.id === sort?.columnId);
    return sortRows(rows, column?.sortBy, sort?.direction ?? 'ascending');
  }, [rows, columns, sort]);
  const scroller = useRef<HTMLDivElement>(null);
  /** By its id: while the list is sorted or read anew, the keyboard stays on what it was on. */
  const [focusedId, setFocusedId] = useState<string>();
  const current = useMemo(
    () =>
      Math.max(
        0,
        sorted.findIndex((row) => idOf(row) === focusedId),
      ),
    [sorted, idOf, focusedId],
  );
  const virtualizer = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollPaddingStart: rowHeight,
    // The row with the keyboard stays drawn when it is scrolled out of sight: a removed element would lose the keyboard.
    rangeExtractor: (range) => {
      const seen = defaultRangeExtractor(range);
      return current < sorted.length && !seen.includes(current) ? [...seen, current].sort((a, b) => a - b) : seen;
    },
  });
  const wantsFocus = useRef(false);
  useEffect(() => {
    if (!wantsFocus.current) return;
    const row = scroller.current?.querySelector<HTMLElement>(`[data-index="${current}"]`);
    if (row === null || row === undefined) return;
    wantsFocus.current = false;
    row.focus({ preventScroll: true });
  });

  const canChoose = (row: Row): boolean => selection?.canChoose?.(row) ?? true;
  const toggle = (row: Row): void => {
    // What is chosen can always be dropped again, also when it could not be chosen any more.
    if (selection === undefined || !(canChoose(row) || selection.chosen.has(idOf(row)))) return;
    const chosen = new Set(selection.chosen);
    if (!chosen.delete(idOf(row))) chosen.add(idOf(row));
    selection.onChange(chosen);
  };
  const moveTo = (index: number): void => {
    const target = Math.max(0, Math.min(sorted.length - 1, index));
    const row = sorted[target];
    if (row === undefined) return;
    wantsFocus.current = true;
    setFocusedId(idOf(row));
    virtualizer.scrollToIndex(target);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const row = sorted[current];
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2);
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: current + 1,
      ArrowUp: current - 1,
      PageDown: current + page,
      PageUp: current - page,
      Home: 0,
      End: sorted.length - 1,
    };
    const target = moves[event.key];
    if (target !== undefined) moveTo(target);
    else if (event.key === ' ' && row !== undefined && selection !== undefined) toggle(row);
    else if (event.key === 'Enter' && row !== undefined && onOpen !== undefined) onOpen(row);
    else return;
    event.preventDefault();
  };

  // Only of what can be selected: a row without a check box is neither selected nor not.
  const selectedState = (id: string, isChosen: boolean, isChoosable: boolean): boolean | undefined => {
    if (selection === undefined) return onOpen === undefined ? undefined : openId === id;
    return isChoosable || isChosen ? isChosen : undefined;
  };
  const template = [...(selection === undefined ? [] : ['32px']), ...columns.map((column) => column.width)].join(' ');
  return (
    <div className={styles.root}>
      <div
        className={styles.scroller}
        ref={scroller}
        role="grid"
        aria-label={label}
        aria-rowcount={sorted.length + 1}
        aria-colcount={columns.length + (selection === undefined ? 0 : 1)}
        aria-multiselectable={selection === undefined ? undefined : true}
      >
        <div role="rowgroup" className={styles.header}>
          <div role="row" aria-rowindex={1} className={styles.row} style={{ gridTemplateColumns: template }}>
            {selection === undefined ? null : (
              <ChooseAll rows={sorted} selection={selection} idOf={idOf} canChoose={canChoose} />
            )}
            {columns.map((column) => (
              <HeaderCell
                key={column.id}
                column={column}
                sort={sort}
                onSort={() => setSort(nextSort(sort, column.id))}
              />
            ))}
          </div>
        </div>
        {sorted.length === 0 ? null : (
          <div role="rowgroup" style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
            {virtualizer.getVirtualItems().map(({ index, start }) => {
              const row = sorted[index];
              if (row === undefined) return null;
              const id = idOf(row);
              const isChosen = selection?.chosen.has(id) ?? false;
              return (
                <div
                  key={id}
                  role="row"
                  data-index={index}
                  aria-rowindex={index + 2}
                  aria-selected={selectedState(id, isChosen, canChoose(row))}
                  data-open={openId === id ? '' : undefined}
                  tabIndex={index === current ? 0 : -1}
                  className={mergeClasses(
                    styles.row,
                    styles.bodyRow,
                    onOpen !== undefined && styles.openable,
                    isChosen && styles.chosen,
                    openId === id && styles.open,
                  )}
                  style={{ gridTemplateColumns: template, transform: `translateY(${start}px)` }}
                  onKeyDown={onKeyDown}
                  onFocus={() => setFocusedId(id)}
                  onClick={() => (onOpen === undefined ? toggle(row) : onOpen(row))}
                >
                  {selection === undefined ? null : (
                    <span role="gridcell" className={styles.check} onClick={(event) => event.stopPropagation()}>
                      {canChoose(row) || isChosen ? (
                        <Checkbox
                          tabIndex={-1}
                          aria-label={`Choose ${props.nameOf(row)}`}
                          checked={isChosen}
                          onChange={() => toggle(row)}
                        />
                      ) : null}
                    </span>
                  )}
                  {columns.map((column) => (
                    <span
                      key={column.id}
                      role="gridcell"
                      className={mergeClasses(styles.cell, column.isNumeric === true && styles.numeric)}
                    >
                      {column.render(row)}
                    </span>
                  ))}
                </div>
              );
            })}
          </div>
        )}
      </div>
      {sorted.length === 0 ? <div className={styles.empty}>{props.empty}</div> : null}
    </div>
  );
}

function HeaderCell<Row>({
  column,
  sort,
  onSort,
}: {
  readonly column: Column<Row>;
  readonly sort: Sort | undefined;
  readonly onSort: () => void;
}) {
  const styles = useDataTableStyles();
  const direction = sort?.columnId === column.id ? sort.direction : undefined;
  const className = mergeClasses(styles.cell, column.isNumeric === true && styles.numeric);
  if (column.sortBy === undefined) {
    return (
      <span role="columnheader" className={mergeClasses(className, styles.title)}>
        {column.title}
      </span>
    );
  }
  return (
    <span role="columnheader" aria-sort={direction ?? 'none'} className={className}>
      <button type="button" className={styles.sorter} onClick={onSort}>
        {column.title}
        {direction === undefined ? null : direction === 'ascending' ? (
          <ArrowUpRegular aria-hidden />
        ) : (
          <ArrowDownRegular aria-hidden />
        )}
      </button>
    </span>
  );
}

interface ChooseAllProps<Row> {
  readonly rows: readonly Row[];
  readonly selection: Selection<Row>;
  readonly idOf: (row: Row) => string;
  readonly canChoose: (row: Row) => boolean;
}

/** Of the rows that are shown: what a search hides is neither chosen nor dropped by it. */
function ChooseAll<Row>({ rows, selection, idOf, canChoose }: ChooseAllProps<Row>) {
  const styles = useDataTableStyles();
  const ids = rows.filter(canChoose).map(idOf);
  const count = ids.filter((id) => selection.chosen.has(id)).length;
  const isAll = ids.length > 0 && count === ids.length;
  const onChange = (): void => {
    const chosen = new Set(selection.chosen);
    for (const id of ids) {
      if (isAll) chosen.delete(id);
      else chosen.add(id);
    }
    selection.onChange(chosen);
  };
  return (
    <span role="columnheader" className={styles.check}>
      <Checkbox
        aria-label="Choose all that are shown"
        checked={isAll ? true : count > 0 ? 'mixed' : false}
        disabled={ids.length === 0}
        onChange={onChange}
      />
    </span>
  );
}
