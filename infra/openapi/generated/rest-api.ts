// Written by `npm run openapi` from docs/openapi.json.
export interface paths {
    "/api/v1/patrols": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Обходы, сначала новые
         * @description Роли: `student_patrol`, `student_head`, `educator`, `educator_head`, `admin`.
         */
        get: operations["ListPatrols"];
        put?: never;
        /**
         * Начать обход: список несовершеннолетних подъезда с учётом заявлений на выход
         * @description Роли: `student_patrol`, `educator`, `educator_head`, `admin`.
         */
        post: operations["CreatePatrol"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/patrols/{patrolId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Обход со списком, по порядку комнат
         * @description Роли: `student_patrol`, `student_head`, `educator`, `educator_head`, `admin`.
         */
        get: operations["GetPatrolDetails"];
        put?: never;
        /**
         * Добавить студента, которого нет в списке (данные устарели)
         * @description Роли: `student_patrol`, `educator`, `educator_head`, `admin`.
         */
        post: operations["AddPatrolEntry"];
        /**
         * Удалить обход, начатый по ошибке, вместе с записями
         * @description Роли: `student_patrol`, `educator`, `educator_head`, `admin`.
         */
        delete: operations["DeletePatrol"];
        options?: never;
        head?: never;
        /**
         * Сдать обход: после этого его записи не меняются
         * @description Роли: `student_patrol`, `educator`, `educator_head`, `admin`.
         */
        patch: operations["UpdatePatrol"];
        trace?: never;
    };
    "/api/v1/patrols/{patrolId}/{patrolEntryId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Одна запись проверки
         * @description Роли: `student_patrol`, `student_head`, `educator`, `educator_head`, `admin`.
         */
        get: operations["GetPatrolEntry"];
        put?: never;
        post?: never;
        /**
         * Убрать запись, которой не должно быть в списке
         * @description Роли: `student_patrol`, `educator`, `educator_head`, `admin`.
         */
        delete: operations["DeletePatrolEntry"];
        options?: never;
        head?: never;
        /**
         * Отметить студента: на месте, отсутствует (и почему, если известно) или не проверен
         * @description Роли: `student_patrol`, `educator`, `educator_head`, `admin`.
         */
        patch: operations["UpdatePatrolEntry"];
        trace?: never;
    };
    "/api/v1/patrols/{patrolId}/entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Отметить сразу нескольких: комнату или всех оставшихся; все отметки или ни одной
         * @description Роли: `student_patrol`, `educator`, `educator_head`, `admin`.
         */
        patch: operations["MarkPatrolEntries"];
        trace?: never;
    };
    "/api/v1/patrols/{patrolId}/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Составить список заново: новые жильцы и заявления; отметки людей остаются
         * @description Роли: `student_patrol`, `educator`, `educator_head`, `admin`.
         */
        post: operations["RefreshPatrol"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/patrols/{patrolId}/reopen": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Открыть сданный обход, чтобы исправить его; причина остаётся в истории
         * @description Роли: `educator_head`, `admin`.
         */
        post: operations["ReopenPatrol"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/patrols/{patrolId}/absentees": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Кого нет, в том порядке, в котором звонить: без причины, не вернулись вовремя, остальные
         * @description Роли: `educator`, `educator_head`, `admin`.
         */
        get: operations["ListAbsentees"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/patrols/coverage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Все ли несовершеннолетние кампуса в списках вечера: кто ни в одном, кто в двух, где нет обхода
         * @description Роли: `educator`, `educator_head`, `admin`.
         */
        get: operations["GetCoverage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/patrols/{patrolId}/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Кто, когда и что изменил в обходе; остаётся и после его удаления
         * @description Роли: `educator_head`, `admin`.
         */
        get: operations["GetPatrolAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/patrols/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * История изменений кампуса, сначала новые; и удалённых обходов
         * @description Роли: `educator_head`, `admin`.
         */
        get: operations["ListAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/patrols/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Посещаемость за период по обходам и по студентам: JSON, CSV или XLSX
         * @description Роли: `educator`, `educator_head`, `admin`.
         */
        get: operations["GetAttendanceReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/patrols/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Изменения вечера вживую; прерванный поток продолжается по Last-Event-ID без пропусков и повторов
         * @description Роли: `student_patrol`, `student_head`, `educator`, `educator_head`, `admin`.
         */
        get: operations["WatchPatrols"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/patrols/{patrolId}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Изменения вечера вживую; прерванный поток продолжается по Last-Event-ID без пропусков и повторов
         * @description Роли: `student_patrol`, `student_head`, `educator`, `educator_head`, `admin`.
         */
        get: operations["WatchPatrolsOfOne"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/liveness": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Процесс работает
         * @description Без токена.
         */
        get: operations["GetLiveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/readiness": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Готов к работе
         * @description Без токена.
         */
        get: operations["GetReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Метрики для Prometheus
         * @description Без токена.
         */
        get: operations["GetMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @description unexplained — никто не знает почему, overdue — не вернулся вовремя, explained — причина известна
         * @example explained
         * @enum {string}
         */
        AbsenceKind: "unexplained" | "overdue" | "explained";
        /** @description Кого нет, и как дозвониться */
        Absentee: {
            /**
             * Format: uuid
             * @description Запись проверки: один студент в одном обходе
             * @example b2a9d7c4-18e6-4f3b-8a05-6d9c3e7f2b10
             */
            patrol_entry_id: string;
            /**
             * Format: uuid
             * @description Студент
             * @example 3d200b8a-d221-4c8a-a9dc-76b34f89a999
             */
            user_id: string;
            /**
             * @description Фамилия, имя, отчество; null: auth-service его не назвал
             * @example Белов Артём Игоревич
             */
            user_name: string | null;
            /**
             * @description Комната
             * @example 301
             */
            room: string;
            kind: components["schemas"]["AbsenceKind"];
            /**
             * @description Почему студента нет; null: никто не знает
             * @example Одобренное заявление на выход до 23:00: театр
             */
            absence_reason: string | null;
            /**
             * Format: date-time
             * @description До какого времени отпущен; null: заявления нет
             * @example 2026-11-23T20:00:00.000Z
             */
            leave_until: string | null;
            /**
             * Format: date-time
             * @description Когда студента отметил человек; null: никто не отмечал
             * @example 2026-11-23T20:00:00.000Z
             */
            checked_at: string | null;
            /**
             * @description Телефон; null: auth-service его не назвал
             * @example +7 900 000-00-00
             */
            phone: string | null;
        };
        /** @description Отсутствующие одного обхода */
        Absentees: {
            /** @description В том порядке, в котором звонить */
            items: components["schemas"]["Absentee"][];
        };
        /** @description Добавить студента, которого нет в списке (данные устарели) */
        AddPatrolEntryRequest: {
            /**
             * Format: uuid
             * @description Студент
             * @example 3d200b8a-d221-4c8a-a9dc-76b34f89a999
             */
            user_id: string;
            /**
             * @description Комната
             * @example 301
             */
            room: string;
        };
        /** @description Посещаемость за период */
        AttendanceReport: {
            /**
             * Format: date
             * @description Первый день периода
             * @example 2026-11-23
             */
            date_from: string;
            /**
             * Format: date
             * @description Последний день периода
             * @example 2026-11-23
             */
            date_to: string;
            /** @description По обходам */
            patrols: components["schemas"]["PatrolAttendance"][];
            /** @description По студентам, сначала с отсутствиями без причины */
            students: components["schemas"]["StudentAttendance"][];
        };
        /**
         * @description Что произошло; entry_… и entries_… — с записями обхода
         * @example entry_marked
         * @enum {string}
         */
        AuditAction: "patrol_started" | "patrol_completed" | "patrol_reopened" | "patrol_changed" | "patrol_deleted" | "entries_added" | "entry_marked" | "entry_excused" | "entry_no_longer_excused" | "entries_removed" | "person_erased" | "evening_archived" | "evening_restored";
        /** @description Страница истории кампуса */
        AuditPage: {
            /** @description Изменения, сначала новые */
            items: components["schemas"]["AuditRecord"][];
            /**
             * @description after следующей страницы; null на последней
             * @example 1023
             */
            next: number | null;
        };
        /** @description Одно изменение: кто, когда и что */
        AuditRecord: {
            /**
             * @description Номер записи истории; растёт
             * @example 1024
             */
            audit_id: number;
            /**
             * Format: date-time
             * @description Когда изменено
             * @example 2026-11-23T19:30:00.000Z
             */
            at: string;
            action: components["schemas"]["AuditAction"];
            /**
             * Format: uuid
             * @description Обход; null: не об одном обходе
             * @example 5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34
             */
            patrol_id: string | null;
            /**
             * Format: uuid
             * @description Запись проверки; null: не об одной записи
             * @example b2a9d7c4-18e6-4f3b-8a05-6d9c3e7f2b10
             */
            patrol_entry_id: string | null;
            /**
             * Format: uuid
             * @description Кто изменил; null: сам сервис
             * @example 1c9e4d70-52ab-4f6e-b3d8-7a0f6e5c4b21
             */
            user_id: string | null;
            /**
             * @description X-Trace-ID запроса, который изменил; null: не запрос
             * @example 0d5c7a52-3a0f-4c58-9d65-3b6a4f1e2c77
             */
            trace_id: string | null;
            /**
             * Format: date
             * @description Дата обхода; null: обхода нет
             * @example 2026-11-23
             */
            date: string | null;
            /**
             * @description Корпус обхода; null: обхода нет
             * @example 9
             */
            building: string | null;
            /**
             * @description Подъезд обхода; null: обхода нет
             * @example 4
             */
            entrance: number | null;
            /**
             * Format: uuid
             * @description Студент; null: не об одном студенте
             * @example 3d200b8a-d221-4c8a-a9dc-76b34f89a999
             */
            student_id: string | null;
            /**
             * @description Что было; null: не было ничего
             * @example {
             *       "is_present": null
             *     }
             */
            before: unknown;
            /**
             * @description Что стало; null: ничего не осталось
             * @example {
             *       "is_present": false
             *     }
             */
            after: unknown;
        };
        /** @description История одного обхода */
        AuditTrail: {
            /** @description Изменения по порядку */
            items: components["schemas"]["AuditRecord"][];
        };
        /** @description Все ли несовершеннолетние кампуса в списках вечера */
        Coverage: {
            /**
             * Format: date
             * @description Дата вечера
             * @example 2026-11-23
             */
            date: string;
            /** @description Все подъезды кампуса */
            places: components["schemas"]["CoveredPlace"][];
            /** @description Кого нет ни в одном списке */
            on_no_list: components["schemas"]["UnlistedMinor"][];
            /** @description Кто есть в нескольких списках */
            on_several_lists: components["schemas"]["MinorOfSeveralLists"][];
        };
        /** @description Подъезд: сколько в нём несовершеннолетних и каков его обход */
        CoveredPlace: {
            /**
             * @description Корпус. На кампусе «Сириус» 8 — мальчики, 9 — девочки
             * @example 9
             */
            building: string;
            /**
             * @description Подъезд корпуса
             * @example 4
             */
            entrance: number;
            /**
             * @description Сколько несовершеннолетних живёт в подъезде
             * @example 1
             */
            minors: number;
            /**
             * Format: uuid
             * @description Обход; null: его нет
             * @example 5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34
             */
            patrol_id: string | null;
            /**
             * @description Его состояние; null: обхода нет
             * @enum {string|null}
             */
            status: "in_progress" | "completed" | null;
            /**
             * @description Сколько студентов в списке; null: обхода нет
             * @example 1
             */
            entries_count: number | null;
            /**
             * @description Сколько на месте; null: обхода нет
             * @example 0
             */
            present_count: number | null;
            /**
             * @description Сколько отсутствует; null: обхода нет
             * @example 1
             */
            absent_count: number | null;
            /**
             * @description Сколько ещё не проверено; null: обхода нет
             * @example 0
             */
            unchecked_count: number | null;
        };
        /** @description Начать обход: список несовершеннолетних подъезда с учётом заявлений на выход */
        CreatePatrolRequest: {
            /**
             * Format: date
             * @description Дата вечера, не позже завтрашней
             * @example 2026-11-23
             */
            date: string;
            /**
             * @description Корпус. На кампусе «Сириус» 8 — мальчики, 9 — девочки
             * @example 9
             * @enum {string}
             */
            building: "8" | "9";
            /**
             * @description Подъезд корпуса
             * @example 4
             */
            entrance: number;
        };
        /** @description Ошибка любого запроса */
        Error: {
            /** @description Что случилось */
            error: {
                code: components["schemas"]["ErrorCode"];
                /** @description Что случилось, по-русски, для человека */
                message: string;
                /** @description Чем запрос найти в журнале */
                trace_id: string;
                /** @description Все ошибки по полям; null: дело не в полях */
                details: components["schemas"]["FieldError"][] | null;
            };
        };
        /**
         * @description Что случилось; коды не меняют смысла, новые могут появиться
         * @enum {string}
         */
        ErrorCode: "VALIDATION_ERROR" | "UNAUTHORIZED" | "FORBIDDEN" | "NOT_FOUND" | "PATROL_NOT_FOUND" | "PATROL_ENTRY_NOT_FOUND" | "METHOD_NOT_ALLOWED" | "PATROL_ALREADY_EXISTS" | "PATROL_ENTRY_ALREADY_EXISTS" | "PRECONDITION_FAILED" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "PATROL_ALREADY_COMPLETED" | "PATROL_NOT_COMPLETED" | "PATROL_HAS_UNCHECKED" | "PATROL_NOT_IN_PROGRESS" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
        /** @description Что не так с одним полем */
        FieldError: {
            /**
             * @description Поле, как оно названо в запросе, или комната
             * @example entrance
             */
            field: string;
            /**
             * @description Что с ним не так, по-русски
             * @example Не больше 4
             */
            message: string;
        };
        /** @description Отвечает, пока процесс работает */
        Liveness: {
            /**
             * @description Процесс работает
             * @enum {string}
             */
            status: "ok";
        };
        /** @description Отметка одного студента */
        Mark: {
            /**
             * Format: uuid
             * @description Запись проверки: один студент в одном обходе
             * @example b2a9d7c4-18e6-4f3b-8a05-6d9c3e7f2b10
             */
            patrol_entry_id: string;
            /**
             * @description true — на месте, false — отсутствует, null — отметка снята, студент не проверен
             * @example false
             */
            is_present: boolean | null;
            /**
             * @description Почему студента нет. Без причины, null или пусто: никто не знает. Если студент на месте, не учитывается
             * @example у врача
             */
            absence_reason?: string | null;
        };
        /** @description Отметить сразу нескольких: комнату или всех оставшихся; все отметки или ни одной */
        MarkPatrolEntriesRequest: {
            /** @description Отметки; одна запись — не больше одного раза */
            marks: components["schemas"]["Mark"][];
        };
        /** @description Несовершеннолетний, который есть в нескольких списках вечера */
        MinorOfSeveralLists: {
            /**
             * Format: uuid
             * @description Студент
             * @example 3d200b8a-d221-4c8a-a9dc-76b34f89a999
             */
            user_id: string;
            /**
             * @description Фамилия, имя, отчество; null: auth-service его не назвал
             * @example Белов Артём Игоревич
             */
            user_name: string | null;
            /** @description Обходы, в списках которых он есть */
            patrol_ids: string[];
        };
        /** @description Обход: один вечер одного подъезда */
        Patrol: {
            /**
             * Format: uuid
             * @description Обход
             * @example 5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34
             */
            patrol_id: string;
            /**
             * Format: date
             * @description Дата вечера
             * @example 2026-11-23
             */
            date: string;
            /**
             * @description Корпус. На кампусе «Сириус» 8 — мальчики, 9 — девочки
             * @example 9
             */
            building: string;
            /**
             * @description Подъезд корпуса
             * @example 4
             */
            entrance: number;
            status: components["schemas"]["PatrolStatus"];
            /**
             * Format: uuid
             * @description Кто начал обход
             * @example 1c9e4d70-52ab-4f6e-b3d8-7a0f6e5c4b21
             */
            patrol_by: string;
            /**
             * Format: date-time
             * @description Когда начат
             * @example 2026-11-23T19:30:00.000Z
             */
            started_at: string;
            /**
             * Format: date-time
             * @description Когда сдан; null: ещё идёт или открыт заново
             * @example null
             */
            submitted_at: string | null;
            /**
             * @description Сколько студентов в списке
             * @example 1
             */
            entries_count: number;
            /**
             * @description Сколько на месте
             * @example 0
             */
            present_count: number;
            /**
             * @description Сколько отсутствует
             * @example 1
             */
            absent_count: number;
            /**
             * @description Сколько ещё не проверено
             * @example 0
             */
            unchecked_count: number;
            /**
             * Format: date-time
             * @description Когда записано
             * @example 2026-11-23T19:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description Когда изменено в последний раз
             * @example 2026-11-23T20:00:00.000Z
             */
            updated_at: string;
        };
        /** @description Строка отчёта: один обход */
        PatrolAttendance: {
            /**
             * Format: uuid
             * @description Обход
             * @example 5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34
             */
            patrol_id: string;
            /**
             * Format: date
             * @description Дата вечера
             * @example 2026-11-23
             */
            date: string;
            /**
             * @description Корпус. На кампусе «Сириус» 8 — мальчики, 9 — девочки
             * @example 9
             */
            building: string;
            /**
             * @description Подъезд корпуса
             * @example 4
             */
            entrance: number;
            status: components["schemas"]["PatrolStatus"];
            /**
             * Format: uuid
             * @description Кто начал обход
             * @example 1c9e4d70-52ab-4f6e-b3d8-7a0f6e5c4b21
             */
            patrol_by: string;
            /**
             * Format: date-time
             * @description Когда сдан; null: ещё идёт или открыт заново
             * @example null
             */
            submitted_at: string | null;
            /**
             * @description Сколько студентов в списке
             * @example 1
             */
            entries_count: number;
            /**
             * @description Сколько раз на месте
             * @example 0
             */
            present_count: number;
            /**
             * @description Сколько раз отсутствует по заявлению на выход
             * @example 0
             */
            absent_by_leave_count: number;
            /**
             * @description Сколько раз отсутствует: причина известна, заявления нет
             * @example 1
             */
            absent_with_reason_count: number;
            /**
             * @description Сколько раз отсутствует: причину никто не знает
             * @example 0
             */
            unexplained_count: number;
            /**
             * @description Сколько раз не проверен
             * @example 0
             */
            unchecked_count: number;
            /**
             * @description Кто начал обход: фамилия, имя, отчество; null: auth-service его не назвал
             * @example Орлова Мария Сергеевна
             */
            patrol_by_name: string | null;
        };
        /** @description Запись проверки: один несовершеннолетний студент в одном обходе */
        PatrolEntry: {
            /**
             * Format: uuid
             * @description Запись проверки: один студент в одном обходе
             * @example b2a9d7c4-18e6-4f3b-8a05-6d9c3e7f2b10
             */
            patrol_entry_id: string;
            /**
             * Format: uuid
             * @description Обход
             * @example 5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34
             */
            patrol_id: string;
            /**
             * Format: uuid
             * @description Студент
             * @example 3d200b8a-d221-4c8a-a9dc-76b34f89a999
             */
            user_id: string;
            /**
             * @description Фамилия, имя, отчество; null: auth-service его не назвал
             * @example Белов Артём Игоревич
             */
            user_name: string | null;
            /**
             * @description Комната
             * @example 301
             */
            room: string;
            /**
             * @description true — на месте, false — отсутствует, null — ещё не проверен
             * @example false
             */
            is_present: boolean | null;
            /**
             * @description Почему студента нет; null при отсутствии: никто не знает почему
             * @example у врача
             */
            absence_reason: string | null;
            /**
             * Format: date-time
             * @description До какого времени студент отпущен по заявлению на выход; null: заявления нет
             * @example null
             */
            leave_until: string | null;
            /**
             * Format: date-time
             * @description Когда студента отметил человек; null: никто не отмечал
             * @example 2026-11-23T20:00:00.000Z
             */
            checked_at: string | null;
            /**
             * Format: date-time
             * @description Когда записано
             * @example 2026-11-23T19:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description Когда изменено в последний раз
             * @example 2026-11-23T20:00:00.000Z
             */
            updated_at: string;
        };
        /** @description Одно изменение вечера */
        PatrolEvent: {
            /**
             * @description audit_id; отсюда продолжают по Last-Event-ID
             * @example 1024
             */
            event_id: number;
            /**
             * Format: date-time
             * @description Когда изменено
             * @example 2026-11-23T19:30:00.000Z
             */
            at: string;
            action: components["schemas"]["AuditAction"];
            /**
             * Format: uuid
             * @description Кто изменил; null: сам сервис
             * @example 1c9e4d70-52ab-4f6e-b3d8-7a0f6e5c4b21
             */
            author: string | null;
            /**
             * Format: uuid
             * @description Обход; null: не об одном обходе
             * @example 5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34
             */
            patrol_id: string | null;
            /**
             * Format: date
             * @description Дата обхода; null: обхода нет
             * @example 2026-11-23
             */
            date: string | null;
            /**
             * @description Корпус обхода; null: обхода нет
             * @example 9
             */
            building: string | null;
            /**
             * @description Подъезд обхода; null: обхода нет
             * @example 4
             */
            entrance: number | null;
            /**
             * @description Состояние обхода; null: обход удалён
             * @enum {string|null}
             */
            status: "in_progress" | "completed" | null;
            /**
             * @description Сколько студентов в списке; null: обхода нет
             * @example 1
             */
            entries_count: number | null;
            /**
             * @description Сколько на месте; null: обхода нет
             * @example 0
             */
            present_count: number | null;
            /**
             * @description Сколько отсутствует; null: обхода нет
             * @example 1
             */
            absent_count: number | null;
            /**
             * @description Сколько ещё не проверено; null: обхода нет
             * @example 0
             */
            unchecked_count: number | null;
            /**
             * Format: uuid
             * @description Запись проверки; null: не об одной записи
             * @example b2a9d7c4-18e6-4f3b-8a05-6d9c3e7f2b10
             */
            patrol_entry_id: string | null;
            /** @description Запись после изменения; null: её нет */
            entry: components["schemas"]["PatrolEntry"] | null;
        };
        /** @description Страница списка обходов */
        PatrolPage: {
            /** @description Обходы страницы, сначала новые */
            items: components["schemas"]["Patrol"][];
            /**
             * @description Сколько обходов всего
             * @example 1
             */
            total: number;
            /**
             * @description Номер страницы; null: продолжение по after
             * @example 1
             */
            page: number | null;
            /**
             * @description Сколько обходов на странице
             * @example 20
             */
            size: number;
            /**
             * @description Сколько страниц
             * @example 1
             */
            pages: number;
            /**
             * @description after следующей страницы; null на последней
             * @example null
             */
            next: string | null;
        };
        /** @description Обход, список которого составлен заново */
        PatrolRefreshed: {
            patrol: components["schemas"]["PatrolWithEntries"];
            changes: components["schemas"]["RosterChanges"];
        };
        /**
         * @description in_progress — идёт, completed — сдан
         * @enum {string}
         */
        PatrolStatus: "in_progress" | "completed";
        /** @description Обход со списком студентов */
        PatrolWithEntries: {
            /**
             * Format: uuid
             * @description Обход
             * @example 5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34
             */
            patrol_id: string;
            /**
             * Format: date
             * @description Дата вечера
             * @example 2026-11-23
             */
            date: string;
            /**
             * @description Корпус. На кампусе «Сириус» 8 — мальчики, 9 — девочки
             * @example 9
             */
            building: string;
            /**
             * @description Подъезд корпуса
             * @example 4
             */
            entrance: number;
            status: components["schemas"]["PatrolStatus"];
            /**
             * Format: uuid
             * @description Кто начал обход
             * @example 1c9e4d70-52ab-4f6e-b3d8-7a0f6e5c4b21
             */
            patrol_by: string;
            /**
             * Format: date-time
             * @description Когда начат
             * @example 2026-11-23T19:30:00.000Z
             */
            started_at: string;
            /**
             * Format: date-time
             * @description Когда сдан; null: ещё идёт или открыт заново
             * @example null
             */
            submitted_at: string | null;
            /**
             * @description Сколько студентов в списке
             * @example 1
             */
            entries_count: number;
            /**
             * @description Сколько на месте
             * @example 0
             */
            present_count: number;
            /**
             * @description Сколько отсутствует
             * @example 1
             */
            absent_count: number;
            /**
             * @description Сколько ещё не проверено
             * @example 0
             */
            unchecked_count: number;
            /**
             * Format: date-time
             * @description Когда записано
             * @example 2026-11-23T19:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description Когда изменено в последний раз
             * @example 2026-11-23T20:00:00.000Z
             */
            updated_at: string;
            /**
             * @description Кто начал обход: фамилия, имя, отчество; null: auth-service его не назвал
             * @example Орлова Мария Сергеевна
             */
            patrol_by_name: string | null;
            /** @description Записи по порядку комнат */
            entries: components["schemas"]["PatrolEntry"][];
        };
        /** @description Может ли сервис работать, и если нет, из-за кого */
        Readiness: {
            /**
             * @description ok — готов; unavailable — до кого-то не достучаться; draining — останавливается
             * @enum {string}
             */
            status: "ok" | "unavailable" | "draining";
            /**
             * @description База данных и оба соседних сервиса по именам
             * @example {
             *       "database": "ok",
             *       "auth-service": "ok",
             *       "application-service": "ok"
             *     }
             */
            checks: {
                [key: string]: "ok" | "unavailable";
            };
        };
        /** @description Открыть сданный обход, чтобы исправить его; причина остаётся в истории */
        ReopenPatrolRequest: {
            /**
             * @description Почему обход открывают; остаётся в истории
             * @example вернулся в 23:40
             */
            reason: string;
        };
        /** @description Что изменилось, когда список составили заново: id записей */
        RosterChanges: {
            /** @description Добавлены: их не было в списке */
            added: string[];
            /** @description Отмечены отсутствующими: теперь есть заявление */
            excused: string[];
            /** @description Снова не проверены: заявление больше не действует */
            no_longer_excused: string[];
            /** @description Больше не живут в подъезде; из списка не убраны */
            no_longer_listed: string[];
        };
        /** @description Строка отчёта: один студент за период */
        StudentAttendance: {
            /**
             * Format: uuid
             * @description Студент
             * @example 3d200b8a-d221-4c8a-a9dc-76b34f89a999
             */
            user_id: string;
            /**
             * @description Сколько раз в списке обхода
             * @example 1
             */
            evenings_count: number;
            /**
             * @description Сколько раз на месте
             * @example 0
             */
            present_count: number;
            /**
             * @description Сколько раз отсутствует по заявлению на выход
             * @example 0
             */
            absent_by_leave_count: number;
            /**
             * @description Сколько раз отсутствует: причина известна, заявления нет
             * @example 1
             */
            absent_with_reason_count: number;
            /**
             * @description Сколько раз отсутствует: причину никто не знает
             * @example 0
             */
            unexplained_count: number;
            /**
             * @description Сколько раз не проверен
             * @example 0
             */
            unchecked_count: number;
            /**
             * @description Фамилия, имя, отчество; null: auth-service его не назвал
             * @example Белов Артём Игоревич
             */
            user_name: string | null;
        };
        /** @description Несовершеннолетний, которого нет ни в одном списке вечера */
        UnlistedMinor: {
            /**
             * Format: uuid
             * @description Студент
             * @example 3d200b8a-d221-4c8a-a9dc-76b34f89a999
             */
            user_id: string;
            /**
             * @description Фамилия, имя, отчество; null: auth-service его не назвал
             * @example Белов Артём Игоревич
             */
            user_name: string | null;
            /**
             * @description Корпус. На кампусе «Сириус» 8 — мальчики, 9 — девочки
             * @example 9
             */
            building: string;
            /**
             * @description Подъезд корпуса
             * @example 4
             */
            entrance: number;
            /**
             * @description Комната
             * @example 301
             */
            room: string;
        };
        /** @description Отметить студента: на месте, отсутствует (и почему, если известно) или не проверен */
        UpdatePatrolEntryRequest: {
            /**
             * @description true — на месте, false — отсутствует, null — отметка снята, студент не проверен
             * @example false
             */
            is_present: boolean | null;
            /**
             * @description Почему студента нет. Без причины, null или пусто: никто не знает. Если студент на месте, не учитывается
             * @example у врача
             */
            absence_reason?: string | null;
        };
        /** @description Сдать обход: после этого его записи не меняются */
        UpdatePatrolRequest: {
            /**
             * @description Сдать обход
             * @enum {string}
             */
            status: "completed";
        };
        /** @description С чего поток начинается: событие snapshot */
        WatchSnapshot: {
            /**
             * @description Номер, после которого идут события
             * @example 1023
             */
            event_id: number;
            /** @description Обходы как они есть, не больше ста новейших */
            patrols: components["schemas"]["Patrol"][];
        };
    };
    responses: {
        /** @description `VALIDATION_ERROR`: В запросе есть ошибки */
        ValidationError: {
            headers: {
                "X-Trace-ID": components["headers"]["TraceId"];
                "X-Correlation-ID": components["headers"]["CorrelationId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    error: {
                        /** @enum {string} */
                        code: "VALIDATION_ERROR";
                        message?: unknown;
                        trace_id?: unknown;
                        details?: unknown;
                    };
                };
            };
        };
        /** @description `UNAUTHORIZED`: Требуется вход: токен отсутствует, не принят или истёк */
        Unauthorized: {
            headers: {
                "X-Trace-ID": components["headers"]["TraceId"];
                "X-Correlation-ID": components["headers"]["CorrelationId"];
                "WWW-Authenticate": components["headers"]["Challenge"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    error: {
                        /** @enum {string} */
                        code: "UNAUTHORIZED";
                        message?: unknown;
                        trace_id?: unknown;
                        details?: unknown;
                    };
                };
            };
        };
        /** @description `FORBIDDEN`: Недостаточно прав для этого действия */
        Forbidden: {
            headers: {
                "X-Trace-ID": components["headers"]["TraceId"];
                "X-Correlation-ID": components["headers"]["CorrelationId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    error: {
                        /** @enum {string} */
                        code: "FORBIDDEN";
                        message?: unknown;
                        trace_id?: unknown;
                        details?: unknown;
                    };
                };
            };
        };
        /** @description `INTERNAL_ERROR`: Внутренняя ошибка сервиса */
        InternalError: {
            headers: {
                "X-Trace-ID": components["headers"]["TraceId"];
                "X-Correlation-ID": components["headers"]["CorrelationId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    error: {
                        /** @enum {string} */
                        code: "INTERNAL_ERROR";
                        message?: unknown;
                        trace_id?: unknown;
                        details?: unknown;
                    };
                };
            };
        };
        /** @description `SERVICE_UNAVAILABLE`: Сервис временно недоступен, повторите попытку позже */
        ServiceUnavailable: {
            headers: {
                "X-Trace-ID": components["headers"]["TraceId"];
                "X-Correlation-ID": components["headers"]["CorrelationId"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    error: {
                        /** @enum {string} */
                        code: "SERVICE_UNAVAILABLE";
                        message?: unknown;
                        trace_id?: unknown;
                        details?: unknown;
                    };
                };
            };
        };
        /** @description `METHOD_NOT_ALLOWED`: Этот метод здесь не поддерживается */
        MethodNotAllowed: {
            headers: {
                "X-Trace-ID": components["headers"]["TraceId"];
                "X-Correlation-ID": components["headers"]["CorrelationId"];
                Allow: components["headers"]["Allow"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    error: {
                        /** @enum {string} */
                        code: "METHOD_NOT_ALLOWED";
                        message?: unknown;
                        trace_id?: unknown;
                        details?: unknown;
                    };
                };
            };
        };
        /** @description `PATROL_ALREADY_EXISTS`: Обход этого подъезда на эту дату уже начат */
        PatrolAlreadyExists: {
            headers: {
                "X-Trace-ID": components["headers"]["TraceId"];
                "X-Correlation-ID": components["headers"]["CorrelationId"];
                Location: components["headers"]["Location"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    error: {
                        /** @enum {string} */
                        code: "PATROL_ALREADY_EXISTS";
                        message?: unknown;
                        trace_id?: unknown;
                        details?: unknown;
                    };
                };
            };
        };
        /** @description `PAYLOAD_TOO_LARGE`: Запрос слишком велик */
        PayloadTooLarge: {
            headers: {
                "X-Trace-ID": components["headers"]["TraceId"];
                "X-Correlation-ID": components["headers"]["CorrelationId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    error: {
                        /** @enum {string} */
                        code: "PAYLOAD_TOO_LARGE";
                        message?: unknown;
                        trace_id?: unknown;
                        details?: unknown;
                    };
                };
            };
        };
        /** @description `UNSUPPORTED_MEDIA_TYPE`: Тело запроса должно быть в формате application/json */
        UnsupportedMediaType: {
            headers: {
                "X-Trace-ID": components["headers"]["TraceId"];
                "X-Correlation-ID": components["headers"]["CorrelationId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    error: {
                        /** @enum {string} */
                        code: "UNSUPPORTED_MEDIA_TYPE";
                        message?: unknown;
                        trace_id?: unknown;
                        details?: unknown;
                    };
                };
            };
        };
        /** @description `PATROL_NOT_FOUND`: Обход не найден */
        PatrolNotFound: {
            headers: {
                "X-Trace-ID": components["headers"]["TraceId"];
                "X-Correlation-ID": components["headers"]["CorrelationId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    error: {
                        /** @enum {string} */
                        code: "PATROL_NOT_FOUND";
                        message?: unknown;
                        trace_id?: unknown;
                        details?: unknown;
                    };
                };
            };
        };
        /** @description `PATROL_ALREADY_COMPLETED`: Обход уже сдан; `PATROL_HAS_UNCHECKED`: Обход нельзя сдать: не все проверены */
        PatrolAlreadyCompletedOrPatrolHasUnchecked: {
            headers: {
                "X-Trace-ID": components["headers"]["TraceId"];
                "X-Correlation-ID": components["headers"]["CorrelationId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    error: {
                        /** @enum {string} */
                        code: "PATROL_ALREADY_COMPLETED" | "PATROL_HAS_UNCHECKED";
                        message?: unknown;
                        trace_id?: unknown;
                        details?: unknown;
                    };
                };
            };
        };
        /** @description `PRECONDITION_FAILED`: Тем временем здесь что-то изменили: посмотрите, что есть сейчас */
        PreconditionFailed: {
            headers: {
                "X-Trace-ID": components["headers"]["TraceId"];
                "X-Correlation-ID": components["headers"]["CorrelationId"];
                ETag: components["headers"]["EntityTag"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    error: {
                        /** @enum {string} */
                        code: "PRECONDITION_FAILED";
                        message?: unknown;
                        trace_id?: unknown;
                        details?: unknown;
                    };
                };
            };
        };
        /** @description `PATROL_NOT_IN_PROGRESS`: Обход уже сдан, его записи нельзя менять */
        PatrolNotInProgress: {
            headers: {
                "X-Trace-ID": components["headers"]["TraceId"];
                "X-Correlation-ID": components["headers"]["CorrelationId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    error: {
                        /** @enum {string} */
                        code: "PATROL_NOT_IN_PROGRESS";
                        message?: unknown;
                        trace_id?: unknown;
                        details?: unknown;
                    };
                };
            };
        };
        /** @description `PATROL_ENTRY_ALREADY_EXISTS`: Этот студент уже есть в обходе */
        PatrolEntryAlreadyExists: {
            headers: {
                "X-Trace-ID": components["headers"]["TraceId"];
                "X-Correlation-ID": components["headers"]["CorrelationId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    error: {
                        /** @enum {string} */
                        code: "PATROL_ENTRY_ALREADY_EXISTS";
                        message?: unknown;
                        trace_id?: unknown;
                        details?: unknown;
                    };
                };
            };
        };
        /** @description `PATROL_NOT_FOUND`: Обход не найден; `PATROL_ENTRY_NOT_FOUND`: Студента нет в этом обходе */
        PatrolNotFoundOrPatrolEntryNotFound: {
            headers: {
                "X-Trace-ID": components["headers"]["TraceId"];
                "X-Correlation-ID": components["headers"]["CorrelationId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    error: {
                        /** @enum {string} */
                        code: "PATROL_NOT_FOUND" | "PATROL_ENTRY_NOT_FOUND";
                        message?: unknown;
                        trace_id?: unknown;
                        details?: unknown;
                    };
                };
            };
        };
        /** @description `PATROL_NOT_COMPLETED`: Обход ещё не сдан, открывать заново нечего */
        PatrolNotCompleted: {
            headers: {
                "X-Trace-ID": components["headers"]["TraceId"];
                "X-Correlation-ID": components["headers"]["CorrelationId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    error: {
                        /** @enum {string} */
                        code: "PATROL_NOT_COMPLETED";
                        message?: unknown;
                        trace_id?: unknown;
                        details?: unknown;
                    };
                };
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: {
        /** @description Чем запрос найти в журнале: X-Trace-ID запроса, или новый */
        TraceId: string;
        /** @description X-Correlation-ID запроса, или новый: один на несколько запросов */
        CorrelationId: string;
        /** @description Версия обхода или записи, для If-Match */
        EntityTag: string;
        /** @description Путь к обходу или записи */
        Location: string;
        /** @description Через сколько секунд повторить */
        RetryAfter: number;
        /** @description Какие методы здесь есть */
        Allow: string;
        /** @description Нет токена — Bearer; иначе почему он не принят, и истёк ли: тогда его обновляют */
        Challenge: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    ListPatrols: {
        parameters: {
            query?: {
                /** @description Номер страницы */
                page?: number;
                /** @description Сколько на странице */
                size?: number;
                /** @description next предыдущей страницы; вместо page */
                after?: string;
                /** @description Дата обходов; без date_from и date_to */
                date?: string;
                /** @description Первая дата обходов */
                date_from?: string;
                /** @description Последняя дата обходов */
                date_to?: string;
                /** @description Корпус. На кампусе «Сириус» 8 — мальчики, 9 — девочки */
                building?: "8" | "9";
                /** @description Подъезд корпуса */
                entrance?: number;
                /** @description in_progress — идёт, completed — сдан */
                status?: components["schemas"]["PatrolStatus"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Готово */
            200: {
                headers: {
                    "X-Trace-ID": components["headers"]["TraceId"];
                    "X-Correlation-ID": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "patrol_id": "5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34",
                     *           "date": "2026-11-23",
                     *           "building": "9",
                     *           "entrance": 4,
                     *           "status": "in_progress",
                     *           "patrol_by": "1c9e4d70-52ab-4f6e-b3d8-7a0f6e5c4b21",
                     *           "started_at": "2026-11-23T19:30:00.000Z",
                     *           "submitted_at": null,
                     *           "entries_count": 1,
                     *           "present_count": 0,
                     *           "absent_count": 1,
                     *           "unchecked_count": 0,
                     *           "created_at": "2026-11-23T19:30:00.000Z",
                     *           "updated_at": "2026-11-23T20:00:00.000Z"
                     *         }
                     *       ],
                     *       "total": 1,
                     *       "page": 1,
                     *       "size": 20,
                     *       "pages": 1,
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["PatrolPage"];
                };
            };
            400: components["responses"]["ValidationError"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            405: components["responses"]["MethodNotAllowed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    CreatePatrol: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "date": "2026-11-23",
                 *       "building": "9",
                 *       "entrance": 4
                 *     }
                 */
                "application/json": components["schemas"]["CreatePatrolRequest"];
            };
        };
        responses: {
            /** @description Создано */
            201: {
                headers: {
                    "X-Trace-ID": components["headers"]["TraceId"];
                    "X-Correlation-ID": components["headers"]["CorrelationId"];
                    ETag: components["headers"]["EntityTag"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "patrol_id": "5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34",
                     *       "date": "2026-11-23",
                     *       "building": "9",
                     *       "entrance": 4,
                     *       "status": "in_progress",
                     *       "patrol_by": "1c9e4d70-52ab-4f6e-b3d8-7a0f6e5c4b21",
                     *       "started_at": "2026-11-23T19:30:00.000Z",
                     *       "submitted_at": null,
                     *       "entries_count": 1,
                     *       "present_count": 0,
                     *       "absent_count": 1,
                     *       "unchecked_count": 0,
                     *       "created_at": "2026-11-23T19:30:00.000Z",
                     *       "updated_at": "2026-11-23T20:00:00.000Z",
                     *       "patrol_by_name": "Орлова Мария Сергеевна",
                     *       "entries": [
                     *         {
                     *           "patrol_entry_id": "b2a9d7c4-18e6-4f3b-8a05-6d9c3e7f2b10",
                     *           "patrol_id": "5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34",
                     *           "user_id": "3d200b8a-d221-4c8a-a9dc-76b34f89a999",
                     *           "user_name": "Белов Артём Игоревич",
                     *           "room": "301",
                     *           "is_present": false,
                     *           "absence_reason": "у врача",
                     *           "leave_until": null,
                     *           "checked_at": "2026-11-23T20:00:00.000Z",
                     *           "created_at": "2026-11-23T19:30:00.000Z",
                     *           "updated_at": "2026-11-23T20:00:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["PatrolWithEntries"];
                };
            };
            400: components["responses"]["ValidationError"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            405: components["responses"]["MethodNotAllowed"];
            409: components["responses"]["PatrolAlreadyExists"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    GetPatrolDetails: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Обход
                 * @example 5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34
                 */
                patrolId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Готово */
            200: {
                headers: {
                    "X-Trace-ID": components["headers"]["TraceId"];
                    "X-Correlation-ID": components["headers"]["CorrelationId"];
                    ETag: components["headers"]["EntityTag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "patrol_id": "5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34",
                     *       "date": "2026-11-23",
                     *       "building": "9",
                     *       "entrance": 4,
                     *       "status": "in_progress",
                     *       "patrol_by": "1c9e4d70-52ab-4f6e-b3d8-7a0f6e5c4b21",
                     *       "started_at": "2026-11-23T19:30:00.000Z",
                     *       "submitted_at": null,
                     *       "entries_count": 1,
                     *       "present_count": 0,
                     *       "absent_count": 1,
                     *       "unchecked_count": 0,
                     *       "created_at": "2026-11-23T19:30:00.000Z",
                     *       "updated_at": "2026-11-23T20:00:00.000Z",
                     *       "patrol_by_name": "Орлова Мария Сергеевна",
                     *       "entries": [
                     *         {
                     *           "patrol_entry_id": "b2a9d7c4-18e6-4f3b-8a05-6d9c3e7f2b10",
                     *           "patrol_id": "5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34",
                     *           "user_id": "3d200b8a-d221-4c8a-a9dc-76b34f89a999",
                     *           "user_name": "Белов Артём Игоревич",
                     *           "room": "301",
                     *           "is_present": false,
                     *           "absence_reason": "у врача",
                     *           "leave_until": null,
                     *           "checked_at": "2026-11-23T20:00:00.000Z",
                     *           "created_at": "2026-11-23T19:30:00.000Z",
                     *           "updated_at": "2026-11-23T20:00:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["PatrolWithEntries"];
                };
            };
            400: components["responses"]["ValidationError"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["PatrolNotFound"];
            405: components["responses"]["MethodNotAllowed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    AddPatrolEntry: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag из прежнего ответа; если он уже другой, то 412 */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Обход
                 * @example 5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34
                 */
                patrolId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "user_id": "3d200b8a-d221-4c8a-a9dc-76b34f89a999",
                 *       "room": "301"
                 *     }
                 */
                "application/json": components["schemas"]["AddPatrolEntryRequest"];
            };
        };
        responses: {
            /** @description Создано */
            201: {
                headers: {
                    "X-Trace-ID": components["headers"]["TraceId"];
                    "X-Correlation-ID": components["headers"]["CorrelationId"];
                    ETag: components["headers"]["EntityTag"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "patrol_entry_id": "b2a9d7c4-18e6-4f3b-8a05-6d9c3e7f2b10",
                     *       "patrol_id": "5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34",
                     *       "user_id": "3d200b8a-d221-4c8a-a9dc-76b34f89a999",
                     *       "user_name": "Белов Артём Игоревич",
                     *       "room": "301",
                     *       "is_present": false,
                     *       "absence_reason": "у врача",
                     *       "leave_until": null,
                     *       "checked_at": "2026-11-23T20:00:00.000Z",
                     *       "created_at": "2026-11-23T19:30:00.000Z",
                     *       "updated_at": "2026-11-23T20:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["PatrolEntry"];
                };
            };
            400: components["responses"]["ValidationError"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["PatrolNotFound"];
            405: components["responses"]["MethodNotAllowed"];
            409: components["responses"]["PatrolEntryAlreadyExists"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["PatrolNotInProgress"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    DeletePatrol: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag из прежнего ответа; если он уже другой, то 412 */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Обход
                 * @example 5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34
                 */
                patrolId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Готово; тела нет */
            204: {
                headers: {
                    "X-Trace-ID": components["headers"]["TraceId"];
                    "X-Correlation-ID": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["ValidationError"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["PatrolNotFound"];
            405: components["responses"]["MethodNotAllowed"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    UpdatePatrol: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag из прежнего ответа; если он уже другой, то 412 */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Обход
                 * @example 5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34
                 */
                patrolId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "status": "completed"
                 *     }
                 */
                "application/json": components["schemas"]["UpdatePatrolRequest"];
            };
        };
        responses: {
            /** @description Готово */
            200: {
                headers: {
                    "X-Trace-ID": components["headers"]["TraceId"];
                    "X-Correlation-ID": components["headers"]["CorrelationId"];
                    ETag: components["headers"]["EntityTag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "patrol_id": "5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34",
                     *       "date": "2026-11-23",
                     *       "building": "9",
                     *       "entrance": 4,
                     *       "status": "in_progress",
                     *       "patrol_by": "1c9e4d70-52ab-4f6e-b3d8-7a0f6e5c4b21",
                     *       "started_at": "2026-11-23T19:30:00.000Z",
                     *       "submitted_at": null,
                     *       "entries_count": 1,
                     *       "present_count": 0,
                     *       "absent_count": 1,
                     *       "unchecked_count": 0,
                     *       "created_at": "2026-11-23T19:30:00.000Z",
                     *       "updated_at": "2026-11-23T20:00:00.000Z",
                     *       "patrol_by_name": "Орлова Мария Сергеевна",
                     *       "entries": [
                     *         {
                     *           "patrol_entry_id": "b2a9d7c4-18e6-4f3b-8a05-6d9c3e7f2b10",
                     *           "patrol_id": "5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34",
                     *           "user_id": "3d200b8a-d221-4c8a-a9dc-76b34f89a999",
                     *           "user_name": "Белов Артём Игоревич",
                     *           "room": "301",
                     *           "is_present": false,
                     *           "absence_reason": "у врача",
                     *           "leave_until": null,
                     *           "checked_at": "2026-11-23T20:00:00.000Z",
                     *           "created_at": "2026-11-23T19:30:00.000Z",
                     *           "updated_at": "2026-11-23T20:00:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["PatrolWithEntries"];
                };
            };
            400: components["responses"]["ValidationError"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["PatrolNotFound"];
            405: components["responses"]["MethodNotAllowed"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["PatrolAlreadyCompletedOrPatrolHasUnchecked"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    GetPatrolEntry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Обход
                 * @example 5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34
                 */
                patrolId: string;
                /**
                 * @description Запись проверки: один студент в одном обходе
                 * @example b2a9d7c4-18e6-4f3b-8a05-6d9c3e7f2b10
                 */
                patrolEntryId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Готово */
            200: {
                headers: {
                    "X-Trace-ID": components["headers"]["TraceId"];
                    "X-Correlation-ID": components["headers"]["CorrelationId"];
                    ETag: components["headers"]["EntityTag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "patrol_entry_id": "b2a9d7c4-18e6-4f3b-8a05-6d9c3e7f2b10",
                     *       "patrol_id": "5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34",
                     *       "user_id": "3d200b8a-d221-4c8a-a9dc-76b34f89a999",
                     *       "user_name": "Белов Артём Игоревич",
                     *       "room": "301",
                     *       "is_present": false,
                     *       "absence_reason": "у врача",
                     *       "leave_until": null,
                     *       "checked_at": "2026-11-23T20:00:00.000Z",
                     *       "created_at": "2026-11-23T19:30:00.000Z",
                     *       "updated_at": "2026-11-23T20:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["PatrolEntry"];
                };
            };
            400: components["responses"]["ValidationError"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["PatrolNotFoundOrPatrolEntryNotFound"];
            405: components["responses"]["MethodNotAllowed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    DeletePatrolEntry: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag из прежнего ответа; если он уже другой, то 412 */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Обход
                 * @example 5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34
                 */
                patrolId: string;
                /**
                 * @description Запись проверки: один студент в одном обходе
                 * @example b2a9d7c4-18e6-4f3b-8a05-6d9c3e7f2b10
                 */
                patrolEntryId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Готово; тела нет */
            204: {
                headers: {
                    "X-Trace-ID": components["headers"]["TraceId"];
                    "X-Correlation-ID": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["ValidationError"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["PatrolNotFoundOrPatrolEntryNotFound"];
            405: components["responses"]["MethodNotAllowed"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["PatrolNotInProgress"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    UpdatePatrolEntry: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag из прежнего ответа; если он уже другой, то 412 */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Обход
                 * @example 5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34
                 */
                patrolId: string;
                /**
                 * @description Запись проверки: один студент в одном обходе
                 * @example b2a9d7c4-18e6-4f3b-8a05-6d9c3e7f2b10
                 */
                patrolEntryId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "is_present": false,
                 *       "absence_reason": "у врача"
                 *     }
                 */
                "application/json": components["schemas"]["UpdatePatrolEntryRequest"];
            };
        };
        responses: {
            /** @description Готово */
            200: {
                headers: {
                    "X-Trace-ID": components["headers"]["TraceId"];
                    "X-Correlation-ID": components["headers"]["CorrelationId"];
                    ETag: components["headers"]["EntityTag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "patrol_entry_id": "b2a9d7c4-18e6-4f3b-8a05-6d9c3e7f2b10",
                     *       "patrol_id": "5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34",
                     *       "user_id": "3d200b8a-d221-4c8a-a9dc-76b34f89a999",
                     *       "user_name": "Белов Артём Игоревич",
                     *       "room": "301",
                     *       "is_present": false,
                     *       "absence_reason": "у врача",
                     *       "leave_until": null,
                     *       "checked_at": "2026-11-23T20:00:00.000Z",
                     *       "created_at": "2026-11-23T19:30:00.000Z",
                     *       "updated_at": "2026-11-23T20:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["PatrolEntry"];
                };
            };
            400: components["responses"]["ValidationError"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["PatrolNotFoundOrPatrolEntryNotFound"];
            405: components["responses"]["MethodNotAllowed"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["PatrolNotInProgress"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    MarkPatrolEntries: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag из прежнего ответа; если он уже другой, то 412 */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Обход
                 * @example 5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34
                 */
                patrolId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "marks": [
                 *         {
                 *           "patrol_entry_id": "b2a9d7c4-18e6-4f3b-8a05-6d9c3e7f2b10",
                 *           "is_present": false,
                 *           "absence_reason": "у врача"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["MarkPatrolEntriesRequest"];
            };
        };
        responses: {
            /** @description Готово */
            200: {
                headers: {
                    "X-Trace-ID": components["headers"]["TraceId"];
                    "X-Correlation-ID": components["headers"]["CorrelationId"];
                    ETag: components["headers"]["EntityTag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "patrol_id": "5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34",
                     *       "date": "2026-11-23",
                     *       "building": "9",
                     *       "entrance": 4,
                     *       "status": "in_progress",
                     *       "patrol_by": "1c9e4d70-52ab-4f6e-b3d8-7a0f6e5c4b21",
                     *       "started_at": "2026-11-23T19:30:00.000Z",
                     *       "submitted_at": null,
                     *       "entries_count": 1,
                     *       "present_count": 0,
                     *       "absent_count": 1,
                     *       "unchecked_count": 0,
                     *       "created_at": "2026-11-23T19:30:00.000Z",
                     *       "updated_at": "2026-11-23T20:00:00.000Z",
                     *       "patrol_by_name": "Орлова Мария Сергеевна",
                     *       "entries": [
                     *         {
                     *           "patrol_entry_id": "b2a9d7c4-18e6-4f3b-8a05-6d9c3e7f2b10",
                     *           "patrol_id": "5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34",
                     *           "user_id": "3d200b8a-d221-4c8a-a9dc-76b34f89a999",
                     *           "user_name": "Белов Артём Игоревич",
                     *           "room": "301",
                     *           "is_present": false,
                     *           "absence_reason": "у врача",
                     *           "leave_until": null,
                     *           "checked_at": "2026-11-23T20:00:00.000Z",
                     *           "created_at": "2026-11-23T19:30:00.000Z",
                     *           "updated_at": "2026-11-23T20:00:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["PatrolWithEntries"];
                };
            };
            400: components["responses"]["ValidationError"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["PatrolNotFoundOrPatrolEntryNotFound"];
            405: components["responses"]["MethodNotAllowed"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["PatrolNotInProgress"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    RefreshPatrol: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag из прежнего ответа; если он уже другой, то 412 */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Обход
                 * @example 5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34
                 */
                patrolId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Готово */
            200: {
                headers: {
                    "X-Trace-ID": components["headers"]["TraceId"];
                    "X-Correlation-ID": components["headers"]["CorrelationId"];
                    ETag: components["headers"]["EntityTag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "patrol": {
                     *         "patrol_id": "5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34",
                     *         "date": "2026-11-23",
                     *         "building": "9",
                     *         "entrance": 4,
                     *         "status": "in_progress",
                     *         "patrol_by": "1c9e4d70-52ab-4f6e-b3d8-7a0f6e5c4b21",
                     *         "started_at": "2026-11-23T19:30:00.000Z",
                     *         "submitted_at": null,
                     *         "entries_count": 1,
                     *         "present_count": 0,
                     *         "absent_count": 1,
                     *         "unchecked_count": 0,
                     *         "created_at": "2026-11-23T19:30:00.000Z",
                     *         "updated_at": "2026-11-23T20:00:00.000Z",
                     *         "patrol_by_name": "Орлова Мария Сергеевна",
                     *         "entries": [
                     *           {
                     *             "patrol_entry_id": "b2a9d7c4-18e6-4f3b-8a05-6d9c3e7f2b10",
                     *             "patrol_id": "5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34",
                     *             "user_id": "3d200b8a-d221-4c8a-a9dc-76b34f89a999",
                     *             "user_name": "Белов Артём Игоревич",
                     *             "room": "301",
                     *             "is_present": false,
                     *             "absence_reason": "у врача",
                     *             "leave_until": null,
                     *             "checked_at": "2026-11-23T20:00:00.000Z",
                     *             "created_at": "2026-11-23T19:30:00.000Z",
                     *             "updated_at": "2026-11-23T20:00:00.000Z"
                     *           }
                     *         ]
                     *       },
                     *       "changes": {
                     *         "added": [
                     *           "b2a9d7c4-18e6-4f3b-8a05-6d9c3e7f2b10"
                     *         ],
                     *         "excused": [
                     *           "b2a9d7c4-18e6-4f3b-8a05-6d9c3e7f2b10"
                     *         ],
                     *         "no_longer_excused": [
                     *           "b2a9d7c4-18e6-4f3b-8a05-6d9c3e7f2b10"
                     *         ],
                     *         "no_longer_listed": [
                     *           "b2a9d7c4-18e6-4f3b-8a05-6d9c3e7f2b10"
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["PatrolRefreshed"];
                };
            };
            400: components["responses"]["ValidationError"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["PatrolNotFound"];
            405: components["responses"]["MethodNotAllowed"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["PatrolNotInProgress"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    ReopenPatrol: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag из прежнего ответа; если он уже другой, то 412 */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Обход
                 * @example 5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34
                 */
                patrolId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "вернулся в 23:40"
                 *     }
                 */
                "application/json": components["schemas"]["ReopenPatrolRequest"];
            };
        };
        responses: {
            /** @description Готово */
            200: {
                headers: {
                    "X-Trace-ID": components["headers"]["TraceId"];
                    "X-Correlation-ID": components["headers"]["CorrelationId"];
                    ETag: components["headers"]["EntityTag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "patrol_id": "5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34",
                     *       "date": "2026-11-23",
                     *       "building": "9",
                     *       "entrance": 4,
                     *       "status": "in_progress",
                     *       "patrol_by": "1c9e4d70-52ab-4f6e-b3d8-7a0f6e5c4b21",
                     *       "started_at": "2026-11-23T19:30:00.000Z",
                     *       "submitted_at": null,
                     *       "entries_count": 1,
                     *       "present_count": 0,
                     *       "absent_count": 1,
                     *       "unchecked_count": 0,
                     *       "created_at": "2026-11-23T19:30:00.000Z",
                     *       "updated_at": "2026-11-23T20:00:00.000Z",
                     *       "patrol_by_name": "Орлова Мария Сергеевна",
                     *       "entries": [
                     *         {
                     *           "patrol_entry_id": "b2a9d7c4-18e6-4f3b-8a05-6d9c3e7f2b10",
                     *           "patrol_id": "5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34",
                     *           "user_id": "3d200b8a-d221-4c8a-a9dc-76b34f89a999",
                     *           "user_name": "Белов Артём Игоревич",
                     *           "room": "301",
                     *           "is_present": false,
                     *           "absence_reason": "у врача",
                     *           "leave_until": null,
                     *           "checked_at": "2026-11-23T20:00:00.000Z",
                     *           "created_at": "2026-11-23T19:30:00.000Z",
                     *           "updated_at": "2026-11-23T20:00:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["PatrolWithEntries"];
                };
            };
            400: components["responses"]["ValidationError"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["PatrolNotFound"];
            405: components["responses"]["MethodNotAllowed"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["PatrolNotCompleted"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    ListAbsentees: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Обход
                 * @example 5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34
                 */
                patrolId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Готово */
            200: {
                headers: {
                    "X-Trace-ID": components["headers"]["TraceId"];
                    "X-Correlation-ID": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "patrol_entry_id": "b2a9d7c4-18e6-4f3b-8a05-6d9c3e7f2b10",
                     *           "user_id": "3d200b8a-d221-4c8a-a9dc-76b34f89a999",
                     *           "user_name": "Белов Артём Игоревич",
                     *           "room": "301",
                     *           "kind": "explained",
                     *           "absence_reason": "Одобренное заявление на выход до 23:00: театр",
                     *           "leave_until": "2026-11-23T20:00:00.000Z",
                     *           "checked_at": "2026-11-23T20:00:00.000Z",
                     *           "phone": "+7 900 000-00-00"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Absentees"];
                };
            };
            400: components["responses"]["ValidationError"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["PatrolNotFound"];
            405: components["responses"]["MethodNotAllowed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    GetCoverage: {
        parameters: {
            query?: {
                /** @description Дата вечера; без неё идущий вечер, до 06:00 вчерашний */
                date?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Готово */
            200: {
                headers: {
                    "X-Trace-ID": components["headers"]["TraceId"];
                    "X-Correlation-ID": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "date": "2026-11-23",
                     *       "places": [
                     *         {
                     *           "building": "9",
                     *           "entrance": 4,
                     *           "minors": 1,
                     *           "patrol_id": "5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34",
                     *           "status": "in_progress",
                     *           "entries_count": 1,
                     *           "present_count": 0,
                     *           "absent_count": 1,
                     *           "unchecked_count": 0
                     *         }
                     *       ],
                     *       "on_no_list": [
                     *         {
                     *           "user_id": "3d200b8a-d221-4c8a-a9dc-76b34f89a999",
                     *           "user_name": "Белов Артём Игоревич",
                     *           "building": "9",
                     *           "entrance": 4,
                     *           "room": "301"
                     *         }
                     *       ],
                     *       "on_several_lists": [
                     *         {
                     *           "user_id": "3d200b8a-d221-4c8a-a9dc-76b34f89a999",
                     *           "user_name": "Белов Артём Игоревич",
                     *           "patrol_ids": [
                     *             "5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34"
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Coverage"];
                };
            };
            400: components["responses"]["ValidationError"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            405: components["responses"]["MethodNotAllowed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    GetPatrolAudit: {
        parameters: {
            query?: {
                /** @description audit_id, после которого продолжить */
                after?: number;
            };
            header?: never;
            path: {
                /**
                 * @description Обход
                 * @example 5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34
                 */
                patrolId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Готово */
            200: {
                headers: {
                    "X-Trace-ID": components["headers"]["TraceId"];
                    "X-Correlation-ID": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "audit_id": 1024,
                     *           "at": "2026-11-23T19:30:00.000Z",
                     *           "action": "entry_marked",
                     *           "patrol_id": "5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34",
                     *           "patrol_entry_id": "b2a9d7c4-18e6-4f3b-8a05-6d9c3e7f2b10",
                     *           "user_id": "1c9e4d70-52ab-4f6e-b3d8-7a0f6e5c4b21",
                     *           "trace_id": "0d5c7a52-3a0f-4c58-9d65-3b6a4f1e2c77",
                     *           "date": "2026-11-23",
                     *           "building": "9",
                     *           "entrance": 4,
                     *           "student_id": "3d200b8a-d221-4c8a-a9dc-76b34f89a999",
                     *           "before": {
                     *             "is_present": null
                     *           },
                     *           "after": {
                     *             "is_present": false
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["AuditTrail"];
                };
            };
            400: components["responses"]["ValidationError"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["PatrolNotFound"];
            405: components["responses"]["MethodNotAllowed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    ListAudit: {
        parameters: {
            query?: {
                /** @description Первая дата обходов */
                date_from?: string;
                /** @description Последняя дата обходов */
                date_to?: string;
                /** @description Корпус. На кампусе «Сириус» 8 — мальчики, 9 — девочки */
                building?: "8" | "9";
                /** @description Подъезд корпуса */
                entrance?: number;
                /** @description Студент */
                user_id?: string;
                /** @description Кто изменил */
                author?: string;
                /** @description Что произошло; entry_… и entries_… — с записями обхода */
                action?: components["schemas"]["AuditAction"];
                /** @description next предыдущей страницы */
                after?: number;
                /** @description Сколько на странице */
                size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Готово */
            200: {
                headers: {
                    "X-Trace-ID": components["headers"]["TraceId"];
                    "X-Correlation-ID": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "audit_id": 1024,
                     *           "at": "2026-11-23T19:30:00.000Z",
                     *           "action": "entry_marked",
                     *           "patrol_id": "5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34",
                     *           "patrol_entry_id": "b2a9d7c4-18e6-4f3b-8a05-6d9c3e7f2b10",
                     *           "user_id": "1c9e4d70-52ab-4f6e-b3d8-7a0f6e5c4b21",
                     *           "trace_id": "0d5c7a52-3a0f-4c58-9d65-3b6a4f1e2c77",
                     *           "date": "2026-11-23",
                     *           "building": "9",
                     *           "entrance": 4,
                     *           "student_id": "3d200b8a-d221-4c8a-a9dc-76b34f89a999",
                     *           "before": {
                     *             "is_present": null
                     *           },
                     *           "after": {
                     *             "is_present": false
                     *           }
                     *         }
                     *       ],
                     *       "next": 1023
                     *     }
                     */
                    "application/json": components["schemas"]["AuditPage"];
                };
            };
            400: components["responses"]["ValidationError"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            405: components["responses"]["MethodNotAllowed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    GetAttendanceReport: {
        parameters: {
            query: {
                /**
                 * @description Первый день периода
                 * @example 2026-11-23
                 */
                date_from: string;
                /**
                 * @description Последний день периода, не больше 366 дней
                 * @example 2026-11-23
                 */
                date_to: string;
                /** @description Корпус. На кампусе «Сириус» 8 — мальчики, 9 — девочки */
                building?: "8" | "9";
                /** @description Подъезд корпуса */
                entrance?: number;
                /** @description В каком виде */
                format?: "json" | "csv" | "xlsx";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Готово */
            200: {
                headers: {
                    "X-Trace-ID": components["headers"]["TraceId"];
                    "X-Correlation-ID": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "date_from": "2026-11-23",
                     *       "date_to": "2026-11-23",
                     *       "patrols": [
                     *         {
                     *           "patrol_id": "5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34",
                     *           "date": "2026-11-23",
                     *           "building": "9",
                     *           "entrance": 4,
                     *           "status": "in_progress",
                     *           "patrol_by": "1c9e4d70-52ab-4f6e-b3d8-7a0f6e5c4b21",
                     *           "submitted_at": null,
                     *           "entries_count": 1,
                     *           "present_count": 0,
                     *           "absent_by_leave_count": 0,
                     *           "absent_with_reason_count": 1,
                     *           "unexplained_count": 0,
                     *           "unchecked_count": 0,
                     *           "patrol_by_name": "Орлова Мария Сергеевна"
                     *         }
                     *       ],
                     *       "students": [
                     *         {
                     *           "user_id": "3d200b8a-d221-4c8a-a9dc-76b34f89a999",
                     *           "evenings_count": 1,
                     *           "present_count": 0,
                     *           "absent_by_leave_count": 0,
                     *           "absent_with_reason_count": 1,
                     *           "unexplained_count": 0,
                     *           "unchecked_count": 0,
                     *           "user_name": "Белов Артём Игоревич"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["AttendanceReport"];
                    "text/csv": string;
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
                };
            };
            400: components["responses"]["ValidationError"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            405: components["responses"]["MethodNotAllowed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    WatchPatrols: {
        parameters: {
            query?: {
                /** @description Обход */
                patrol_id?: string;
                /** @description Дата обходов */
                date?: string;
                /** @description Корпус. На кампусе «Сириус» 8 — мальчики, 9 — девочки */
                building?: "8" | "9";
                /** @description Подъезд корпуса */
                entrance?: number;
                /** @description event_id, после которого продолжить */
                after?: number;
            };
            header?: {
                /** @description Номер последнего полученного события */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Готово */
            200: {
                headers: {
                    "X-Trace-ID": components["headers"]["TraceId"];
                    "X-Correlation-ID": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "event_id": 1024,
                     *       "at": "2026-11-23T19:30:00.000Z",
                     *       "action": "entry_marked",
                     *       "author": "1c9e4d70-52ab-4f6e-b3d8-7a0f6e5c4b21",
                     *       "patrol_id": "5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34",
                     *       "date": "2026-11-23",
                     *       "building": "9",
                     *       "entrance": 4,
                     *       "status": "in_progress",
                     *       "entries_count": 1,
                     *       "present_count": 0,
                     *       "absent_count": 1,
                     *       "unchecked_count": 0,
                     *       "patrol_entry_id": "b2a9d7c4-18e6-4f3b-8a05-6d9c3e7f2b10",
                     *       "entry": {
                     *         "patrol_entry_id": "b2a9d7c4-18e6-4f3b-8a05-6d9c3e7f2b10",
                     *         "patrol_id": "5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34",
                     *         "user_id": "3d200b8a-d221-4c8a-a9dc-76b34f89a999",
                     *         "user_name": "Белов Артём Игоревич",
                     *         "room": "301",
                     *         "is_present": false,
                     *         "absence_reason": "у врача",
                     *         "leave_until": null,
                     *         "checked_at": "2026-11-23T20:00:00.000Z",
                     *         "created_at": "2026-11-23T19:30:00.000Z",
                     *         "updated_at": "2026-11-23T20:00:00.000Z"
                     *       }
                     *     }
                     */
                    "text/event-stream": components["schemas"]["PatrolEvent"] | components["schemas"]["WatchSnapshot"];
                };
            };
            400: components["responses"]["ValidationError"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["PatrolNotFound"];
            405: components["responses"]["MethodNotAllowed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    WatchPatrolsOfOne: {
        parameters: {
            query?: {
                /** @description Дата обходов */
                date?: string;
                /** @description Корпус. На кампусе «Сириус» 8 — мальчики, 9 — девочки */
                building?: "8" | "9";
                /** @description Подъезд корпуса */
                entrance?: number;
                /** @description event_id, после которого продолжить */
                after?: number;
            };
            header?: {
                /** @description Номер последнего полученного события */
                "Last-Event-ID"?: string;
            };
            path: {
                /**
                 * @description Обход
                 * @example 5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34
                 */
                patrolId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Готово */
            200: {
                headers: {
                    "X-Trace-ID": components["headers"]["TraceId"];
                    "X-Correlation-ID": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "event_id": 1024,
                     *       "at": "2026-11-23T19:30:00.000Z",
                     *       "action": "entry_marked",
                     *       "author": "1c9e4d70-52ab-4f6e-b3d8-7a0f6e5c4b21",
                     *       "patrol_id": "5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34",
                     *       "date": "2026-11-23",
                     *       "building": "9",
                     *       "entrance": 4,
                     *       "status": "in_progress",
                     *       "entries_count": 1,
                     *       "present_count": 0,
                     *       "absent_count": 1,
                     *       "unchecked_count": 0,
                     *       "patrol_entry_id": "b2a9d7c4-18e6-4f3b-8a05-6d9c3e7f2b10",
                     *       "entry": {
                     *         "patrol_entry_id": "b2a9d7c4-18e6-4f3b-8a05-6d9c3e7f2b10",
                     *         "patrol_id": "5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34",
                     *         "user_id": "3d200b8a-d221-4c8a-a9dc-76b34f89a999",
                     *         "user_name": "Белов Артём Игоревич",
                     *         "room": "301",
                     *         "is_present": false,
                     *         "absence_reason": "у врача",
                     *         "leave_until": null,
                     *         "checked_at": "2026-11-23T20:00:00.000Z",
                     *         "created_at": "2026-11-23T19:30:00.000Z",
                     *         "updated_at": "2026-11-23T20:00:00.000Z"
                     *       }
                     *     }
                     */
                    "text/event-stream": components["schemas"]["PatrolEvent"] | components["schemas"]["WatchSnapshot"];
                };
            };
            400: components["responses"]["ValidationError"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["PatrolNotFound"];
            405: components["responses"]["MethodNotAllowed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    GetLiveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Работает */
            200: {
                headers: {
                    "X-Trace-ID": components["headers"]["TraceId"];
                    "X-Correlation-ID": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok"
                     *     }
                     */
                    "application/json": components["schemas"]["Liveness"];
                };
            };
            400: components["responses"]["ValidationError"];
        };
    };
    GetReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Готов */
            200: {
                headers: {
                    "X-Trace-ID": components["headers"]["TraceId"];
                    "X-Correlation-ID": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok",
                     *       "checks": {
                     *         "database": "ok",
                     *         "auth-service": "ok",
                     *         "application-service": "ok"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            400: components["responses"]["ValidationError"];
            /** @description Не готов */
            503: {
                headers: {
                    "X-Trace-ID": components["headers"]["TraceId"];
                    "X-Correlation-ID": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok",
                     *       "checks": {
                     *         "database": "ok",
                     *         "auth-service": "ok",
                     *         "application-service": "ok"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Readiness"];
                };
            };
        };
    };
    GetMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Метрики в текстовом виде Prometheus */
            200: {
                headers: {
                    "X-Trace-ID": components["headers"]["TraceId"];
                    "X-Correlation-ID": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    /** @example patrol_readiness{check="database"} 1 */
                    "text/plain": string;
                };
            };
            400: components["responses"]["ValidationError"];
        };
    };
}
